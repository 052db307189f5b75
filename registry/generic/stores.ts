/** Every resource's store over one set of cachers: built-ins from the start, custom resources as they come and go. */
import { groupResourceText, type ApiObject } from '../../apimachinery/meta.ts';
import type { ResourceType } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { CacherSet } from '../../storage/cacher/interface.ts';
import { cacheSpecOf } from './cache-spec.ts';
import type { CachedReader, InternalStore, Stores } from './context.ts';
import type { ResourceDefinition } from './definition.ts';
import { internalContext } from './internal-context.ts';
import { cachedReader, internalStore } from './internal-store.ts';
import { trackedFields, type ManagedFields } from './managed-fields.ts';
import type { Registry } from './registry.ts';
import type { StorageCodec } from './storage-codec.ts';
import { ResourceStore } from './store.ts';

export interface StoresDeps {
  readonly registry: Registry;
  readonly set: CacherSet;
  /** Default: field ownership is tracked. */
  readonly managed?: ManagedFields;
  readonly clock: Clock;
  readonly rand: Rand;
  /** Encryption differs by resource. */
  codecFor(definition: ResourceDefinition): StorageCodec;
  /** --etcd-prefix; default /registry. */
  readonly root?: string;
}

export class ResourceStores implements Stores {
  readonly #deps: StoresDeps;
  readonly #stores = new Map<string, ResourceStore>();
  readonly #readers = new Map<string, CachedReader<ApiObject>>();

  constructor(deps: StoresDeps) {
    this.#deps = deps;
    for (const definition of deps.registry.definitions) this.#add(definition);
    deps.registry.onChange(({ type, definition }) => {
      if (type === 'added') this.#add(definition);
      else if (type === 'removed') this.#remove(definition);
      else this.#replace(definition);
    });
  }

  /** Undefined for a resource without storage. */
  store(definition: ResourceDefinition): ResourceStore | undefined {
    return this.#stores.get(definition.storedAs);
  }

  /** Resolves once every resource known now can be read. */
  async synced(): Promise<void> {
    await Promise.all([...this.#stores.values()].map((s) => s.parts.cacher.synced));
  }

  of<T extends ApiObject>(type: ResourceType<T>): InternalStore<T> {
    const store = this.#storeOf(type);
    const never = new AbortController().signal;
    return internalStore<T>(store, (namespace) => internalContext({ clock: this.#deps.clock, rand: this.#deps.rand, stores: this }, store.definition.storageVersion, namespace, never));
  }

  cached<T extends ApiObject>(type: ResourceType<T>): CachedReader<T> {
    const store = this.#storeOf(type);
    let reader = this.#readers.get(store.definition.storedAs);
    if (!reader) this.#readers.set(store.definition.storedAs, (reader = cachedReader(store)));
    return reader as CachedReader<T>;
  }

  #storeOf(type: ResourceType<unknown>): ResourceStore {
    const storedAs = groupResourceText({ group: type.gvk.group, resource: type.plural });
    const store = this.#stores.get(storedAs);
    if (!store) throw new Error(`${storedAs} is not stored`);
    return store;
  }

  #add(definition: ResourceDefinition): void {
    if (definition.backing !== 'stored') return;
    const { registry, set, managed = trackedFields, rand } = this.#deps;
    const codec = this.#deps.codecFor(definition);
    const current = (): ResourceDefinition => registry.byStoredAs(definition.storedAs) ?? definition;
    const cacher = set.register(cacheSpecOf(current, codec, this.#deps.root));
    this.#stores.set(definition.storedAs, new ResourceStore({ definition, cacher, set, codec, managed, rand }));
  }

  #remove(definition: ResourceDefinition): void {
    this.#stores.get(definition.storedAs)?.parts.cacher.close();
    this.#stores.delete(definition.storedAs);
    this.#readers.delete(definition.storedAs);
  }

  /** The cached records are derived anew under the changed definition; watches of the one before end, as upstream ends them. */
  #replace(definition: ResourceDefinition): void {
    const old = this.#stores.get(definition.storedAs);
    if (!old) return this.#add(definition);
    this.#stores.set(definition.storedAs, new ResourceStore({ ...old.parts, definition }));
    old.parts.cacher.endWatches();
    this.#refreshing = Promise.all([this.#refreshing, old.parts.cacher.refresh()]).then(() => undefined);
  }

  #refreshing: Promise<void> = Promise.resolve();

  /** Resolves once records show the newest definitions. */
  refreshed(): Promise<void> {
    return this.#refreshing;
  }
}
