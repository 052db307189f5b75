/** Who controls an object. Behaves like upstream apimachinery/pkg/apis/meta/v1 controller_ref.go. */
import { apiVersionOf, type ApiObject } from '../../apimachinery/meta.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly, KindType } from '../../apimachinery/types/type.ts';

export type Readable = DeepReadonly<ApiObject>;

export function controllerOf(obj: Readable): DeepReadonly<OwnerReference> | undefined {
  return obj.metadata.ownerReferences?.find((ref) => ref.controller === true);
}

export function isControlledBy(obj: Readable, owner: Readable): boolean {
  return controllerOf(obj)?.uid === owner.metadata.uid;
}

/** The reference that makes `owner` the controller of what carries it. */
export function controllerRef(owner: Readable, type: KindType<unknown>): OwnerReference {
  return { apiVersion: apiVersionOf(type.gvk), kind: type.gvk.kind, name: owner.metadata.name, uid: owner.metadata.uid, controller: true, blockOwnerDeletion: true };
}

/** Whether `ref` names a `type`, in whatever version. */
export function refersTo(ref: DeepReadonly<OwnerReference>, type: KindType<unknown>): boolean {
  const slash = ref.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : ref.apiVersion.slice(0, slash);
  return ref.kind === type.gvk.kind && group === type.gvk.group;
}
