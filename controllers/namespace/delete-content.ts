/** Deletes whatever is in a namespace: pods first, then all other collections. Behaves like upstream pkg/controller/namespace/deletion. */
import { isNotFound, isStatusError } from '../../apimachinery/errors.ts';
import { keyOf, type Obj } from '../../apimachinery/meta.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Client, ResourceClient } from '../../client/interface.ts';
import type { Discovery, DiscoveredResource } from '../../client/discovery.ts';
import type { DeletionOutcome, Remaining } from './conditions.ts';

const FINALIZER_ESTIMATE = 15;

export interface ContentDeletion extends DeletionOutcome {
  /** Seconds until what is left may be gone; 0: nothing is left to wait for. */
  readonly estimate: number;
}

interface CollectionDeletion {
  readonly estimate: number;
  readonly remaining?: Remaining;
  readonly error?: unknown;
}

const isUnsupported = (error: unknown): boolean => isNotFound(error) || isStatusError(error, 'MethodNotAllowed');

/** The longest grace period of the pods that still run. */
function graceOf(pods: readonly DeepReadonly<Obj>[]): number {
  const running = (pods as unknown as readonly DeepReadonly<core.Pod>[]).filter((pod) => pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed');
  return Math.max(0, ...running.map((pod) => pod.spec.terminationGracePeriodSeconds ?? 0));
}

async function deleteAll(collection: ResourceClient<Obj>, resource: DiscoveredResource, namespace: string): Promise<void> {
  if (resource.verbs.includes('deletecollection')) {
    await collection.deleteCollection({ namespace, propagationPolicy: 'Background' });
    return;
  }
  if (!resource.verbs.includes('list')) return;
  const { items } = await collection.list({ namespace });
  for (const item of items) {
    try {
      await collection.delete(keyOf(item), { propagationPolicy: 'Background' });
    } catch (error) {
      if (!isUnsupported(error)) throw error;
    }
  }
}

function finalizersOf(items: readonly DeepReadonly<Obj>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) for (const name of item.metadata.finalizers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

async function deleteCollection(client: Client, resource: DiscoveredResource, namespace: string, deletedFor: number): Promise<CollectionDeletion> {
  const collection = client.dynamic(resource);
  let estimate = 0;
  try {
    if (resource.group === '' && resource.resource === 'pods') estimate = graceOf((await collection.list({ namespace })).items);
    if (deletedFor >= estimate * 1000) estimate = 0;
    await deleteAll(collection, resource, namespace);
    if (!resource.verbs.includes('list')) return { estimate };
    const { items } = await collection.list({ namespace });
    if (items.length === 0) return { estimate: 0 };
    const remaining = { group: resource.group, resource: resource.resource, count: items.length, finalizers: finalizersOf(items) };
    if (estimate > 0) return { estimate, remaining };
    if (remaining.finalizers.size > 0) return { estimate: FINALIZER_ESTIMATE, remaining };
    const name = `${resource.group}/${resource.version}, Resource=${resource.resource}`;
    return { estimate, remaining, error: new Error(`unexpected items still remain in namespace: ${namespace} for gvr: ${name}`) };
  } catch (error) {
    return isUnsupported(error) ? { estimate: 0 } : { estimate, error };
  }
}

/** `deletedFor`: milliseconds since the namespace was deleted. */
export async function deleteContent(client: Client, { resources, failures }: Discovery, namespace: string, deletedFor: number): Promise<ContentDeletion> {
  const deletable = resources.filter((r) => r.namespaced && r.verbs.includes('delete'));
  const isPods = (r: DiscoveredResource): boolean => r.group === '' && r.resource === 'pods';
  const done: CollectionDeletion[] = [];
  for (const pods of deletable.filter(isPods)) done.push(await deleteCollection(client, pods, namespace, deletedFor));
  const waitsForPods = done.some((d) => d.remaining !== undefined);
  if (!waitsForPods) done.push(...(await Promise.all(deletable.filter((r) => !isPods(r)).map((r) => deleteCollection(client, r, namespace, deletedFor)))));
  return {
    estimate: Math.max(0, ...done.map((d) => d.estimate)),
    discoveryFailures: failures,
    errors: done.flatMap((d) => (d.error === undefined ? [] : [d.error])),
    remaining: waitsForPods ? undefined : done.flatMap((d) => (d.remaining ? [d.remaining] : [])),
  };
}
