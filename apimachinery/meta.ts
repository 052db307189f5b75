/** What every API object has in common, and names of kinds and resources. Behaves like upstream apimachinery/pkg/runtime/schema and pkg/apis/meta/v1. */
import type { ListMeta, ObjectMeta } from './types/meta.gen.ts';

export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { [key: string]: unknown };

export interface GroupVersion {
  /** '' for core. */
  readonly group: string;
  readonly version: string;
}
export interface GroupVersionKind extends GroupVersion {
  readonly kind: string;
}
export interface GroupVersionResource extends GroupVersion {
  readonly resource: string;
}
export interface GroupResource {
  readonly group: string;
  readonly resource: string;
}
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

/** `apps/v1`, or `v1` for core. */
export function apiVersionOf(gv: GroupVersion): string {
  return gv.group === '' ? gv.version : `${gv.group}/${gv.version}`;
}

/** The inverse of apiVersionOf; undefined when there is more than one slash. */
export function parseApiVersion(apiVersion: string): GroupVersion | undefined {
  const parts = apiVersion.split('/');
  if (parts.length === 1) return { group: '', version: parts[0] ?? '' };
  if (parts.length === 2) return { group: parts[0] ?? '', version: parts[1] ?? '' };
  return undefined;
}

/** `deployments.apps`, or `pods` for core: as error messages name a resource. */
export function groupResourceText(gr: GroupResource): string {
  return gr.group === '' ? gr.resource : `${gr.resource}.${gr.group}`;
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
