/** IngressClasses. Behaves like upstream pkg/apis/networking/validation/validation.go (ValidateIngressClass). */
import type { IngressClass, IngressClassParametersReference } from '../../../apimachinery/types/networking.gen.ts';
import {
  forbidden,
  notSupported,
  Path,
  required,
  tooLong,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { isDomainPrefixedPath } from '../../../apimachinery/validation/label.ts';
import { immutable } from '../../core/validation/fields.ts';
import { byteLength, each, nameIsDNSLabel } from '../../core/validation/format.ts';
import { objectReference } from './reference.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const SPEC = Path.of('spec');
const CONTROLLER = SPEC.child('controller');
const CONTROLLER_LIMIT = 250;
const SCOPES = ['Cluster', 'Namespace'];

function scope({ scope: value, namespace }: IngressClassParametersReference, path: Path): FieldError[] {
  const at = path.child('namespace');
  if (value === undefined) return [required(path.child('scope'))];
  if (value === 'Cluster') return namespace === undefined ? [] : [forbidden(at, "`parameters.scope` is set to 'Cluster'")];
  if (value !== 'Namespace') return [notSupported(path.child('scope'), value, SCOPES)];
  return namespace === undefined
    ? [required(at, "`parameters.scope` is set to 'Namespace'")]
    : each(at, namespace, nameIsDNSLabel(namespace));
}

export function validateIngressClass({ spec }: IngressClass): ErrorList {
  const controller = spec.controller ?? '';
  const path = SPEC.child('parameters');
  return [
    ...(byteLength(controller) > CONTROLLER_LIMIT ? [tooLong(CONTROLLER, CONTROLLER_LIMIT)] : []),
    ...isDomainPrefixedPath(CONTROLLER, controller),
    ...(spec.parameters ? [...objectReference(spec.parameters, path), ...scope(spec.parameters, path)] : []),
  ];
}

export function validateIngressClassUpdate(ic: IngressClass, old: IngressClass, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  return [
    ...metadata.change(),
    ...immutable(ic.spec.controller ?? '', old.spec.controller ?? '', CONTROLLER),
    ...metadata.whole(),
    ...validateIngressClass(ic),
  ];
}
