/** Asks for the admission chain of one write, in the names that plug-ins expect. */
import type { GroupVersionKind, Obj } from '../../apimachinery/meta.ts';
import type { Admission } from '../../registry/generic/definition.ts';
import type { AuthorizationAttributes } from '../authorization/interface.ts';
import { forbiddenError } from '../authorization/forbidden.ts';
import type { Operation } from '../admission/interface.ts';
import { newInternalError } from '../../apimachinery/errors.ts';
import type { Scope } from './scope.ts';

export interface AdmissionOf {
  readonly operation: Operation;
  readonly name: string;
  readonly options?: Obj;
  /** A subresource's own kind. */
  readonly kind?: GroupVersionKind;
}

export function admissionFor(scope: Scope, of: AdmissionOf): Admission {
  const { info } = scope.request;
  const { version } = scope;
  const isNamespaces = scope.definition.storedAs === 'namespaces';
  return scope.deps.admission(
    {
      operation: of.operation,
      kind: of.kind ?? version.gvk,
      resource: { group: version.gvk.group, version: version.gvk.version, resource: version.plural },
      subresource: info.subresource,
      namespace: isNamespaces && info.namespace === '' ? of.name : info.namespace,
      name: of.name,
      options: of.options,
    },
    scope.ctx,
  );
}

/** The admission of an object that PUT or apply creates: its user must be allowed to create it. */
export function creationAdmission(scope: Scope, of: AdmissionOf): Admission {
  const inner = admissionFor(scope, of);
  let checked: Promise<void> | undefined;
  return {
    mutate: (obj, old) => inner.mutate(obj, old),
    validate: async (obj, old) => {
      await (checked ??= authorizeCreate(scope, of.name));
      await inner.validate(obj, old);
    },
  };
}

async function authorizeCreate(scope: Scope, name: string): Promise<void> {
  const { authorizer } = scope.deps;
  if (!authorizer) return;
  const { info, user } = scope.request;
  const attributes: AuthorizationAttributes = {
    user,
    verb: 'create',
    isResourceRequest: true,
    namespace: info.namespace,
    apiGroup: info.apiGroup,
    apiVersion: info.apiVersion,
    resource: info.resource,
    subresource: info.subresource,
    name,
    path: info.path,
  };
  const verdict = await authorizer.authorize(attributes);
  if (verdict.decision === 'allow') return;
  throw verdict.error ? newInternalError(verdict.error.message, verdict.error) : forbiddenError(attributes, verdict.reason);
}
