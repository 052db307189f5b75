/** Owner references. Behaves like upstream apimachinery/pkg/api/validation/objectmeta.go. */
import { parseApiVersion } from '../meta.ts';
import type { OwnerReference } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { invalid, type ErrorList, type FieldError, type Path } from './field.ts';

export function validateOwnerReferences(references: DeepReadonly<OwnerReference[]> | undefined, path: Path): ErrorList {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references ?? []) {
    errors.push(...ownerReferenceErrors(reference, path));
    if (reference.controller !== true) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller === '') controller = name;
    else
      errors.push(
        invalid(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`,
        ),
      );
  }
  return errors;
}

function ownerReferenceErrors(reference: DeepReadonly<Partial<OwnerReference>>, path: Path): ErrorList {
  const errors: FieldError[] = [];
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference;
  const gv = parseApiVersion(apiVersion);
  if (!gv || gv.version === '') errors.push(invalid(path.child('apiVersion'), apiVersion, 'version must not be empty'));
  if (kind === '') errors.push(invalid(path.child('kind'), kind, 'must not be empty'));
  if (name === '') errors.push(invalid(path.child('name'), name, 'must not be empty'));
  if (uid === '') errors.push(invalid(path.child('uid'), uid, 'must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') errors.push(invalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
  return errors;
}
