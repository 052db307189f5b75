/** An object's own name and namespace against those of the path. Behaves like upstream apiserver/pkg/endpoints/handlers/rest.go (checkName). */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';

/** Throws BadRequest. */
export function checkName(obj: Obj, name: string, namespace: string): void {
  const own: Partial<Obj['metadata']> = obj.metadata;
  const ownName = own.name ?? '';
  if (ownName === '') throw newBadRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  if (ownName !== name) throw newBadRequest(`the name of the object (${ownName}) does not match the name on the URL (${name})`);
  const ownNamespace = own.namespace ?? '';
  if (namespace !== '' && ownNamespace !== '' && ownNamespace !== namespace) {
    throw newBadRequest(`the namespace of the object (${ownNamespace}) does not match the namespace on the request (${namespace})`);
  }
}
