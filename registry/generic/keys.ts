/** Storage keys as upstream lays them out: `/registry/pods/default/web-0`, `/registry/minions/node-1`. */
import type { Key } from '../../apimachinery/meta.ts';
import type { ResourceDefinition } from './definition.ts';

/** With a slash at the end. `root` is --etcd-prefix. */
export function keyPrefix(definition: ResourceDefinition, root = '/registry'): string {
  return `${root}/${definition.storagePath}/`;
}

export function storageKey(prefix: string, key: Key): string {
  return key.namespace === '' ? `${prefix}${key.name}` : `${prefix}${key.namespace}/${key.name}`;
}
