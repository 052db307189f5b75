/** Tells the cacher how a resource's values are decoded, tested and found. */
import { parseApiVersion, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { CacheSpec, Projection, Tested } from '../../storage/cacher/interface.ts';
import type { StoredValue } from '../../storage/interface.ts';
import { convertAll } from './conversion.ts';
import type { ResourceDefinition } from './definition.ts';
import { parseObject } from './parse-object.ts';
import { keyPrefix } from './keys.ts';
import { project } from './projection.ts';
import { storageVersionOf, versionOf } from './resource-key.ts';
import { inSelectedVersions } from './selected-versions.ts';
import type { StorageCodec } from './storage-codec.ts';

/** `definition()` is asked at each use: a custom resource's changes. `root` is --etcd-prefix. */
export function cacheSpecOf(definition: () => ResourceDefinition, codec: StorageCodec, root?: string): CacheSpec {
  const now = definition();
  return {
    storedAs: now.storedAs,
    range: { prefix: keyPrefix(now, root) },
    indexes: indexesOf(now),
    project: (stored) => projectStored(definition(), codec, stored),
    parse: parseObject,
  };
}

function indexesOf(definition: ResourceDefinition): NonNullable<CacheSpec['indexes']> {
  const fields = storageVersionOf(definition).selectableFields.filter((f) => f.indexed);
  return Object.fromEntries(fields.map(({ label }) => [label, (tested: Tested) => [tested.fields[label] ?? '']]));
}

/** Decrypts, decodes, converts to the storage version and sets the defaults that came later than the value. */
async function projectAsync(definition: ResourceDefinition, decoded: Promise<{ readonly value: Uint8Array | Obj; readonly stale: boolean }>): Promise<Projection> {
  const { value, stale } = await decoded;
  return projectDecoded(definition, value instanceof Uint8Array ? parseObject(value) : value, stale);
}

function projectStored(definition: ResourceDefinition, codec: StorageCodec, stored: StoredValue): Projection | Promise<Projection> {
  const decoded = codec.fromStorage(stored.key, stored.value);
  if (decoded instanceof Promise) return projectAsync(definition, decoded);
  const { value, stale } = decoded;
  return projectDecoded(definition, value instanceof Uint8Array ? parseObject(value) : value, stale);
}

function projectDecoded(definition: ResourceDefinition, obj: Obj, stale: boolean): Projection | Promise<Projection> {
  const storage = storageVersionOf(definition);
  const gv = parseApiVersion(obj.apiVersion);
  const from = gv && versionOf(definition, gv);
  if (!from) throw new Error(`${definition.storedAs}: the store holds the unknown version ${obj.apiVersion}`);
  if (from === storage || definition.convertsOnRead) {
    from.setDefaults(obj);
    const shown = inSelectedVersions(definition, obj as DeepReadonly<Obj>);
    return shown ? shown.then((versions) => project(definition, obj, stale || from !== storage, undefined, versions)) : project(definition, obj, stale || from !== storage);
  }
  const isCustom = definition.validates === 'requested';
  if (isCustom) from.setDefaults(obj);
  return convertAll([obj as never], from, storage, new AbortController().signal).then(([converted]) => {
    if (!converted) throw new Error(`${definition.storedAs}: the conversion from ${obj.apiVersion} gave nothing back`);
    if (!isCustom) storage.setDefaults(converted);
    return project(definition, converted, true);
  });
}
