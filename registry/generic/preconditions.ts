/** What a writer demanded of the object that it changes or deletes. Behaves like upstream apiserver/pkg/storage/interfaces.go (Preconditions) and registry/rest/delete.go. */
import { newConflict } from '../../apimachinery/errors.ts';
import type { GroupResource, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Preconditions } from './store-interface.ts';

/** Inside the guaranteed update; a missing object has an empty uid. Throws Conflict. */
export function checkPreconditions(key: string, obj: DeepReadonly<Obj> | undefined, wanted: Preconditions | undefined, gr: GroupResource, name: string): void {
  if (!wanted) return;
  const uid = obj?.metadata.uid ?? '';
  const resourceVersion = obj?.metadata.resourceVersion ?? '';
  if (wanted.uid !== undefined && wanted.uid !== uid) throw failed(key, `UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`, gr, name);
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw failed(key, `ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`, gr, name);
  }
}

const failed = (key: string, what: string, gr: GroupResource, name: string): Error =>
  newConflict(gr, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what}`);

/** Before a deletion that keeps the object (a namespace's). Throws Conflict. */
export function checkKeptPreconditions(obj: DeepReadonly<Obj>, wanted: Preconditions | undefined, gr: GroupResource): void {
  if (!wanted) return;
  const { uid, resourceVersion, name } = obj.metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid) throw newConflict(gr, name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`);
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw newConflict(gr, name, `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`);
  }
}

/** Before a deletion starts: names the kind, not the resource. Throws Conflict. */
export function checkDeletePreconditions(obj: DeepReadonly<Obj>, wanted: Preconditions | undefined, group: string): void {
  if (!wanted) return;
  const { uid, resourceVersion, name } = obj.metadata;
  const gk = { group, resource: obj.kind };
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    throw newConflict(gk, name, `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`);
  }
  if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
    throw newConflict(gk, name, `the ResourceVersion in the precondition (${wanted.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`);
  }
}
