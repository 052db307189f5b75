/** Status updates of the server's own accord: by the strategy of the status subresource, without admission. */
import { newInternalError, newNotFound } from '../../apimachinery/errors.ts';
import { groupResourceText, type ApiObject, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import { internalContext, noAdmission } from '../../registry/generic/internal-context.ts';
import type { AdmissionDeps } from '../admission/interface.ts';
import type { WriterDeps } from '../bootstrap/writer.ts';

const WRITE = { dryRun: false, operation: 'Update', subresource: 'status', createIfMissing: false } as const;
const NEVER = new AbortController().signal;
const UNCHANGED = Symbol('unchanged');

export function statusWriter({ registry, stores, clock, rand }: WriterDeps, fieldManager = 'kube-apiserver'): AdmissionDeps['updateStatus'] {
  return async <T extends ApiObject>(type: Parameters<AdmissionDeps['updateStatus']>[0], key: { namespace: string; name: string }, change: (current: T) => T | undefined): Promise<DeepReadonly<T>> => {
    const definition = registry.byStoredAs(groupResourceText({ group: type.gvk.group, resource: type.plural }));
    const store = definition && stores.store(definition);
    const view = definition?.subresources.get('status');
    if (!store || view?.kind !== 'view') throw newInternalError(`${type.plural} have no status`);
    let seen: DeepReadonly<Obj> | undefined;
    const attempt = (current: DeepReadonly<Obj> | undefined): Promise<Obj> => {
      if (!current) return Promise.reject(newNotFound({ group: type.gvk.group, resource: type.plural }, key.name));
      seen = current;
      const changed = change(deepCopy(current) as unknown as T);
      return changed === undefined ? Promise.reject(UNCHANGED) : Promise.resolve(changed as unknown as Obj);
    };
    const ctx = internalContext({ clock, rand, stores }, store.definition.storageVersion, key.namespace, NEVER);
    try {
      const { stored } = await store.update(key, attempt, noAdmission, { ...WRITE, fieldManager, strategy: view.strategy }, ctx);
      return stored.object as unknown as DeepReadonly<T>;
    } catch (error) {
      if (error === UNCHANGED && seen) return seen as unknown as DeepReadonly<T>;
      throw error;
    }
  };
}
