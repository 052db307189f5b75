/** What every API object has in common, with the names of kinds and resources (./group-version.ts). Behaves like upstream apimachinery/pkg/apis/meta/v1. */
import type { ListMeta, ObjectMeta } from './types/meta.gen.ts';

export * from './group-version.ts';

export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { [key: string]: unknown };

/** Names one object of a resource. `namespace` is '' for cluster-scoped ones. */
export interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** What every resource's type satisfies (`core.Pod`, too): the bound of generic code. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}
/** Any object with kind and metadata whose other fields are not known to the compiler. */
export interface Obj extends ApiObject {
  [field: string]: unknown;
}
/** Any list. */
export interface ObjList<T = Obj> {
  apiVersion: string;
  kind: string;
  metadata: ListMeta;
  items: T[];
}

/** `namespace/name`, or `name` alone for a cluster-scoped object: the form of work queues and log lines. */
export function keyText(key: Key): string {
  return key.namespace === '' ? key.name : `${key.namespace}/${key.name}`;
}

export function parseKeyText(text: string): Key {
  const slash = text.indexOf('/');
  return slash < 0 ? { namespace: '', name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

export function keyOf(obj: { readonly metadata: { readonly name: string; readonly namespace?: string } }): Key {
  return { namespace: obj.metadata.namespace ?? '', name: obj.metadata.name };
}
