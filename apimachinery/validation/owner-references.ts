/** Owner references. Behaves like upstream apimachinery/pkg/api/validation/objectmeta.go. */
import { parseApiVersion } from '../meta.ts';
import type { OwnerReference } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { invalid, type FieldError, type Path } from './field.ts';

export function validateOwnerReferences(
  references: DeepReadonly<OwnerReference[]> | undefined,
  path: Path,
  errors: FieldError[] = [],
): FieldError[] {
  if (!references) return errors;
  let controller: DeepReadonly<OwnerReference> | undefined;
  for (const reference of references) {
    ownerReferenceErrors(reference, path, errors);
    if (reference.controller !== true) continue;
    if (!controller) controller = reference;
    else
      errors.push(
        invalid(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${printed(controller)} and ${printed(reference)}`,
        ),
      );
  }
  return errors;
}

const printed = ({ kind, name }: DeepReadonly<OwnerReference>): string => `${kind}/${name}`;

function ownerReferenceErrors(reference: DeepReadonly<Partial<OwnerReference>>, path: Path, errors: FieldError[]): void {
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const gv = parseApiVersion(apiVersion);
  if (!gv || gv.version === '') errors.push(invalid(path.child('apiVersion'), apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalid(path.child('kind'), kind, 'must not be empty'));
  if (name === '') errors.push(invalid(path.child('name'), name, 'must not be empty'));
  if (uid === '') errors.push(invalid(path.child('uid'), uid, 'must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') errors.push(invalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
}
