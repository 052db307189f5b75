/** One stored thing with what its writes need: the definition, its cacher, the codec. The verbs stand in create.ts, update.ts and delete.ts. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Key, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { CachedRecord, Cacher, CacherSet, Lost, Projection } from '../../storage/cacher/interface.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { RequestContext } from './context.ts';
import { canonical, complete } from './canonical.ts';
import { fromHeldVersion, toStorageVersion } from './conversion.ts';
import type { ResourceDefinition, Version } from './definition.ts';
import { storageKey } from './keys.ts';
import type { ManagedFields } from './managed-fields.ts';
import { project, type Projected } from './projection.ts';
import { heldVersionOf, storageVersionOf, workingVersionOf } from './resource-key.ts';
import { inSelectedVersions, type InVersions } from './selected-versions.ts';
import type { StorageCodec } from './storage-codec.ts';
import type { Stored } from './store-interface.ts';

export interface StoreParts {
  readonly definition: ResourceDefinition;
  readonly cacher: Cacher;
  readonly set: CacherSet;
  readonly codec: StorageCodec;
  readonly managed: ManagedFields;
  readonly rand: Rand;
}

export const keyIn = (parts: StoreParts, key: Key): string => storageKey(parts.cacher.spec.range.prefix, key);

/** A record as the engine hands it out: the object is parsed when it is asked for. */
export function storedRecord(record: CachedRecord): Stored {
  return new StoredRecord(record);
}

class StoredRecord implements Stored {
  readonly record: CachedRecord;

  constructor(record: CachedRecord) {
    this.record = record;
  }

  get revision(): number {
    return this.record.revision;
  }

  get bytes(): Uint8Array {
    return this.record.bytes;
  }

  get object(): DeepReadonly<Obj> {
    return this.record.object() as DeepReadonly<Obj>;
  }
}

/** What a dry run would have written, or what goes with the last finalizer. `revision` 0: none yet. */
export function storedObject(object: Obj, revision: number): Stored {
  if (revision > 0) object.metadata.resourceVersion = String(revision);
  return { revision, object: object as DeepReadonly<Obj> };
}

export function workingVersion(parts: StoreParts, ctx: RequestContext): Version {
  return workingVersionOf(parts.definition, ctx.requestedVersion);
}

/** The object as admission and validation see it; shared and frozen. */
export function workingObject(parts: StoreParts, record: CachedRecord, ctx: RequestContext): MaybePromise<DeepReadonly<Obj>> {
  const object = record.object() as DeepReadonly<Obj>;
  const working = workingVersion(parts, ctx);
  if (working === heldVersionOf(parts.definition, object)) return object;
  return fromHeldVersion(parts.definition, object, working, ctx.signal) as Promise<DeepReadonly<Obj>>;
}

export interface Encoded {
  readonly object: Obj;
  readonly projection: Projected;
}

/** The wanted object in the storage version, encoded as a read of it would show it: with the defaults of what preparation left. Takes the object over. `record`: what it replaces. */
export function encoded(parts: StoreParts, obj: Obj, record: CachedRecord | undefined, ctx: RequestContext): MaybePromise<Encoded> {
  const working = workingVersion(parts, ctx);
  const storage = storageVersionOf(parts.definition);
  if (working === storage) return encodedStored(parts, storage, obj, record);
  return toStorageVersion(parts.definition, obj, working, ctx.signal).then((stored) => encodedStored(parts, storage, stored, record));
}

function encodedStored(parts: StoreParts, storage: Version, obj: Obj, record: CachedRecord | undefined): MaybePromise<Encoded> {
  const base = record && parts.definition.sharesUnchanged ? record.object() : undefined;
  /** Preparation may have left frozen parts of the old object in it; what is created is all its own. */
  const fresh = record ? canonical(storage.schema, obj, base) : complete(storage.schema, obj);
  storage.setDefaults(fresh, base);
  const shown = parts.definition.convertsOnRead ? inSelectedVersions(parts.definition, fresh as DeepReadonly<Obj>) : undefined;
  return shown ? shown.then((versions) => projected(parts, fresh, base, versions)) : projected(parts, fresh, base);
}

function projected(parts: StoreParts, fresh: Obj, base: object | undefined, shown?: InVersions): Encoded {
  const projection = project(parts.definition, fresh, false, base, shown);
  return { object: projection.object, projection };
}

/** Compare and swap; the loser gets what stands there. */
export function write(parts: StoreParts, key: string, projection: Projection, expected: number, ttl: number | undefined): Promise<CachedRecord | Lost> {
  const value = parts.codec.toStorage(key, projection.bytes);
  if (!(value instanceof Promise)) return put(parts, key, value, projection, expected, ttl);
  return value.then((bytes) => put(parts, key, bytes, projection, expected, ttl));
}

async function put(parts: StoreParts, key: string, value: Uint8Array, projection: Projection, expected: number, ttl: number | undefined): Promise<CachedRecord | Lost> {
  const result = await parts.cacher.put({ key, value, projection, expected, ...(ttl !== undefined && ttl > 0 && { ttl }) });
  return result.committed ? result.record : result;
}

export const isLost = (result: CachedRecord | Lost): result is Lost => 'committed' in result;

/** '' for cluster-scoped resources, whatever the path says (a namespace's own name). */
export function requestNamespace(parts: StoreParts, ctx: RequestContext): string {
  return parts.definition.scope === 'Namespaced' ? ctx.info.namespace : '';
}
