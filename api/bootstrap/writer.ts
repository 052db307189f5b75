/** Writes what must exist, once: a running cluster's objects stay as they are. */
import { jsonEqual } from '../../apimachinery/equality.ts';
import { isAlreadyExists } from '../../apimachinery/errors.ts';
import { keyOf, parseApiVersion, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';
import { internalContext, noAdmission } from '../../registry/generic/internal-context.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { ResourceStore } from '../../registry/generic/store.ts';
import type { ResourceStores } from '../../registry/generic/stores.ts';

export interface WriterDeps {
  readonly registry: Registry;
  readonly stores: ResourceStores;
  readonly clock: Clock;
  readonly rand: Rand;
}

export interface Writer {
  /** Creates the object, then its status when it has one, with the owners that the object's managed fields name. Resolves with what was there before; undefined: it was created. A kind that is not served is left out. */
  ensure(obj: Obj): Promise<DeepReadonly<Obj> | undefined>;
  /** Changes an object that exists. `change` returns undefined to leave it. */
  change(obj: DeepReadonly<Obj>, change: (current: DeepReadonly<Obj>) => Obj | undefined): Promise<void>;
}

const UNCHANGED = Symbol('unchanged');
const WRITE = { dryRun: false, fieldManager: 'kube-apiserver', operation: 'Update', subresource: '' } as const;
const NEVER = new AbortController().signal;

export function newWriter({ registry, stores, clock, rand }: WriterDeps): Writer {
  const storeFor = (obj: DeepReadonly<Obj>): ResourceStore | undefined => {
    const gv = parseApiVersion(obj.apiVersion);
    const served = gv && registry.byKind({ ...gv, kind: obj.kind });
    return served && stores.store(served.definition);
  };
  const contextFor = (store: ResourceStore, obj: DeepReadonly<Obj>): ReturnType<typeof internalContext> => internalContext({ clock, rand, stores }, store.definition.storageVersion, obj.metadata.namespace ?? '', NEVER);
  return {
    async ensure(obj) {
      const store = storeFor(obj);
      if (!store) return undefined;
      const existing = currentOf(store, obj);
      if (existing) return existing;
      const { status, ...others } = obj;
      const rest = { ...others, metadata: withoutOwners(obj.metadata) };
      const ctx = contextFor(store, obj);
      try {
        const { stored } = await store.create(rest as Obj, noAdmission, WRITE, ctx);
        if (status !== undefined && !saysTheSame(stored.object['status'], status)) await writeStatus(store, obj, ctx);
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
      return undefined;
    },
    async change(obj, change) {
      const store = storeFor(obj);
      if (!store) return;
      const attempt = (current: DeepReadonly<Obj> | undefined): Promise<Obj> => {
        const changed = current && change(current);
        return changed ? Promise.resolve(changed) : Promise.reject(UNCHANGED);
      };
      await store.update(keyOf(obj), attempt, noAdmission, { ...WRITE, createIfMissing: false }, contextFor(store, obj)).catch((error: unknown) => {
        if (error !== UNCHANGED) throw error;
      });
    },
  };
}

/** The strategy of a resource may have said it already, a moment later. */
function saysTheSame(is: unknown, wanted: unknown): boolean {
  const untimed = (status: unknown): unknown => JSON.parse(JSON.stringify(status ?? {}, (key, value: unknown) => (key === 'lastTransitionTime' ? undefined : value)));
  return jsonEqual(untimed(is), untimed(wanted));
}

function currentOf(store: ResourceStore, obj: Obj): DeepReadonly<Obj> | undefined {
  const { items } = store.parts.cacher.list({ match: { namespace: obj.metadata.namespace ?? '', name: obj.metadata.name } });
  return items[0]?.object() as DeepReadonly<Obj> | undefined;
}

function withoutOwners({ managedFields: _owners, ...metadata }: Obj['metadata']): Obj['metadata'] {
  return metadata;
}

/** Owners that stand in `obj` own its status. */
async function writeStatus(store: ResourceStore, obj: Obj, ctx: ReturnType<typeof internalContext>): Promise<void> {
  const view = store.definition.subresources.get('status');
  if (view?.kind !== 'view') return;
  const { validateName } = store.definition.strategy;
  const owners = (obj.metadata.managedFields ?? []).map((entry) => ({ ...entry, time: rfc3339(ctx.clock.now()) }));
  const change = (current: DeepReadonly<Obj> | undefined): Promise<Obj> => {
    const changed: Obj = { ...structuredClone(current as Obj), status: obj['status'] };
    if (owners.length > 0) changed.metadata.managedFields = [...owners, ...(changed.metadata.managedFields ?? [])];
    return Promise.resolve(changed);
  };
  await store.update(keyOf(obj), change, noAdmission, { ...WRITE, subresource: 'status', managedFieldsDone: owners.length > 0, strategy: { ...(validateName && { validateName }), ...view.strategy }, createIfMissing: false }, ctx);
}
