/** An engine over the memory driver for tests: real storage, real cacher, a clock that stands still. */
import { FakeClock } from '../../component-base/clock.ts';
import { seededRand } from '../../component-base/rand.ts';
import { newCacherSet } from '../../storage/cacher/cacher-set.ts';
import type { CacherSet } from '../../storage/cacher/interface.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';
import type { RequestContext } from '../generic/context.ts';
import type { TypeDefaults } from '../generic/define.ts';
import type { ResourceDefinition } from '../generic/definition.ts';
import { internalContext } from '../generic/internal-context.ts';
import { trackedFields, type ManagedFields } from '../generic/managed-fields.ts';
import { Registry } from '../generic/registry.ts';
import { plainCodec, type StorageCodec } from '../generic/storage-codec.ts';
import type { ResourceStore } from '../generic/store.ts';
import { ResourceStores } from '../generic/stores.ts';

export interface TestEngine {
  readonly clock: FakeClock;
  readonly storage: MemoryStorage;
  readonly set: CacherSet;
  readonly registry: Registry;
  readonly stores: ResourceStores;
  store(storedAs: string): ResourceStore;
  /** A request in a namespace, for the engine alone. */
  context(storedAs: string, namespace: string): RequestContext;
  close(): Promise<void>;
}

export async function newTestEngine(definitions: readonly ResourceDefinition[], options: { readonly defaults?: readonly TypeDefaults[]; readonly managed?: ManagedFields; readonly storage?: MemoryStorage; codecFor?(definition: ResourceDefinition): StorageCodec } = {}): Promise<TestEngine> {
  const clock = new FakeClock();
  const rand = seededRand(7);
  const storage = options.storage ?? new MemoryStorage({ clock });
  const set = newCacherSet({ storage, clock });
  const registry = new Registry(definitions, options.defaults ?? []);
  const stores = new ResourceStores({ registry, set, managed: options.managed ?? trackedFields, clock, rand, codecFor: options.codecFor ?? (() => plainCodec) });
  await stores.synced();
  const store = (storedAs: string): ResourceStore => {
    const definition = registry.byStoredAs(storedAs);
    const found = definition && stores.store(definition);
    if (!found) throw new Error(`${storedAs} is not stored here`);
    return found;
  };
  return {
    clock,
    storage,
    set,
    registry,
    stores,
    store,
    context: (storedAs, namespace) => internalContext({ clock, rand, stores }, store(storedAs).definition.storageVersion, namespace, new AbortController().signal),
    close: () => set.close(),
  };
}
