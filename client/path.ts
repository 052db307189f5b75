/** Where a collection, an object or a subresource stands in the API's path grammar. Behaves like upstream client-go/rest Request. */
import type { Key } from '../apimachinery/meta.ts';

/** What a path needs to know of a resource. */
export interface ResourceName {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespaced: boolean;
}

function root(name: ResourceName): string {
  return name.group === '' ? `/api/${name.version}` : `/apis/${name.group}/${name.version}`;
}

/** `/apis/apps/v1/namespaces/x/deployments`; without a namespace the collection over all of them. */
export function collectionPath(name: ResourceName, namespace?: string): string {
  const scope = name.namespaced && namespace !== undefined && namespace !== '' ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root(name)}${scope}/${name.resource}`;
}

export function objectPath(name: ResourceName, key: Key, subresource?: string): string {
  if (key.name === '') throw new Error('resource name may not be empty');
  const tail = subresource === undefined ? '' : `/${subresource}`;
  return `${collectionPath(name, key.namespace)}/${encodeURIComponent(key.name)}${tail}`;
}
