/** How code inside the server reads and writes a resource: consistent, without authorisation and admission. See ./context.ts (InternalStore, CachedReader). */
import { newNotFound } from '../../apimachinery/errors.ts';
import { keyOf, type ApiObject, type Key, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import type { CachedReader, InternalStore, InternalUpdate, RequestContext } from './context.ts';
import { deepCopy } from './deep-copy.ts';
import type { Strategy } from './definition.ts';
import { noAdmission } from './internal-context.ts';
import { keyIn } from './resource-store.ts';
import type { ResourceStore } from './store.ts';
import type { UpdateRequest } from './store-interface.ts';

type Read<T> = DeepReadonly<T>;
const WRITE = { dryRun: false, fieldManager: 'kube-apiserver', operation: 'Update', subresource: '' } as const;
const UNCHANGED = Symbol('unchanged');

export function internalStore<T extends ApiObject>(store: ResourceStore, contextIn: (namespace: string) => RequestContext): InternalStore<T> {
  const { set, cacher } = store.parts;
  return {
    get: async (key) => {
      const waiting = set.fresh();
      if (waiting instanceof Promise) await waiting;
      return cacher.get(keyIn(store.parts, key))?.object() as Read<T> | undefined;
    },
    list: async (namespace) => {
      await set.fresh();
      return objectsIn<T>(store, namespace);
    },
    create: async (obj) => {
      const { stored } = await store.create(deepCopy(obj) as unknown as Obj, noAdmission, WRITE, contextIn(keyOf(obj).namespace));
      return stored.object as unknown as Read<T>;
    },
    update: (key, change, options) => changeInside(store, key, change, contextIn(key.namespace), options),
    delete: async (key) => {
      await store.delete(key, noAdmission, { dryRun: false, gracePeriodSeconds: 0 }, contextIn(key.namespace));
    },
    deleteGracefully: async (key, options) => {
      await store.delete(key, noAdmission, { ...options, dryRun: options.dryRun ?? false }, contextIn(key.namespace));
    },
  };
}

/** The server's own changes (binding, allocation, status) own no fields and are not held to the rules for clients: only the resource's names and its way of ending count. */
function withoutRules({ validateName, shouldDeleteDuringUpdate }: Strategy): Strategy {
  return { ...(validateName && { validateName }), ...(shouldDeleteDuringUpdate && { shouldDeleteDuringUpdate }) };
}

/** How a change inside is written: by the rules of a subresource, or by none. */
function rulesFor({ definition }: ResourceStore, { subresource }: InternalUpdate): Pick<UpdateRequest, 'subresource' | 'managedFieldsDone' | 'strategy'> {
  const view = subresource === undefined ? undefined : definition.subresources.get(subresource);
  if (subresource === undefined || view?.kind !== 'view') return { subresource: '', managedFieldsDone: true, strategy: withoutRules(definition.strategy) };
  return { subresource, managedFieldsDone: false, strategy: view.strategy };
}

async function changeInside<T extends ApiObject>(store: ResourceStore, key: Key, change: (current: T) => T | undefined, ctx: RequestContext, options: InternalUpdate = {}): Promise<Read<T>> {
  let seen: DeepReadonly<Obj> | undefined;
  const attempt = async (current: DeepReadonly<Obj> | undefined): Promise<Obj> => {
    if (!current) throw newNotFound({ group: store.definition.storageVersion.group, resource: store.definition.storedAs.split('.')[0] ?? '' }, key.name);
    seen = current;
    const changed = change(deepCopy(current) as unknown as T);
    if (changed === undefined) throw UNCHANGED;
    return changed as unknown as Obj;
  };
  try {
    const { stored } = await store.update(key, attempt, noAdmission, { ...WRITE, createIfMissing: false, ...rulesFor(store, options) }, ctx);
    return stored.object as unknown as Read<T>;
  } catch (error) {
    if (error === UNCHANGED && seen) return seen as unknown as Read<T>;
    throw error;
  }
}

export function cachedReader<T extends ApiObject>(store: ResourceStore): CachedReader<T> {
  const { cacher } = store.parts;
  const objectOf = (record: CachedRecord | undefined): Read<T> | undefined => record?.object() as Read<T> | undefined;
  return {
    hasSynced: () => cacher.hasSynced,
    get: (key) => objectOf(cacher.get(keyIn(store.parts, key))),
    list: (namespace) => objectsIn<T>(store, namespace),
    onChange: (listener) =>
      cacher.onChange(({ record, previous }) => {
        const tested = (record ?? previous)?.tested;
        if (!tested) return;
        listener({
          key: { namespace: tested.namespace, name: tested.name },
          get object() {
            return objectOf(record);
          },
          get previous() {
            return objectOf(previous);
          },
        });
      }),
  };
}

function objectsIn<T>(store: ResourceStore, namespace: string | undefined): readonly Read<T>[] {
  const { items } = store.parts.cacher.list({ match: namespace === undefined || namespace === '' ? {} : { namespace } });
  return items.map((record) => record.object() as Read<T>);
}

