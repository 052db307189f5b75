import { isConflict, isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { discover } from '../client/discovery.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { nextConditions, type DeletionOutcome } from './namespace/conditions.ts';
import { deleteContent } from './namespace/delete-content.ts';

type Namespace = DeepReadonly<core.Namespace>;

/** Before content goes, so that every API server has seen the deletion and refuses new content. */
const GRACE_MS = 5_000;
const FINALIZER = 'kubernetes';

/** Applies `change` to the namespace as it stands, however often it changes meanwhile; undefined when it is gone. */
async function updateLatest(ctx: ControllerContext, key: Key, change: (ns: Namespace) => Promise<Namespace>): Promise<Namespace | undefined> {
  for (;;) {
    try {
      return await change(await ctx.client.resource(core.Namespace).get(key));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!isConflict(error)) throw error;
    }
  }
}

async function markTerminating(ctx: ControllerContext, key: Key): Promise<Namespace | undefined> {
  return updateLatest(ctx, key, async (ns) => {
    if (ns.metadata.deletionTimestamp === undefined || ns.status.phase === 'Terminating') return ns;
    return ctx.client.resource(core.Namespace).subresource<core.Namespace>('status').update(key, { ...ns, status: { ...ns.status, phase: 'Terminating' } });
  });
}

async function writeConditions(ctx: ControllerContext, ns: Namespace, outcome: DeletionOutcome): Promise<void> {
  const before = ns.status.conditions ?? [];
  const conditions = nextConditions(before, outcome, ctx.now());
  if (conditions === before) return;
  try {
    await ctx.client.resource(core.Namespace).subresource<core.Namespace>('status').update(keyOf(ns), { ...ns, status: { ...ns.status, conditions } });
  } catch (error) {
    ctx.log.warn('cannot write the conditions of a namespace', { namespace: ns.metadata.name, err: error instanceof Error ? error.message : String(error) });
  }
}

async function finalize(ctx: ControllerContext, key: Key): Promise<void> {
  await updateLatest(ctx, key, (ns) => {
    const finalizers = (ns.spec.finalizers ?? []).filter((name) => name !== FINALIZER).sort();
    return ctx.client.resource(core.Namespace).subresource<core.Namespace>('finalize').update(key, { ...ns, spec: { ...ns.spec, finalizers } });
  });
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const ns = await markTerminating(ctx, key);
  if (ns?.metadata.deletionTimestamp === undefined || (ns.spec.finalizers ?? []).length === 0) return;
  const deletedFor = ctx.now() - Date.parse(ns.metadata.deletionTimestamp);
  const outcome = await deleteContent(ctx.client, await discover(ctx.client), key.name, deletedFor);
  await writeConditions(ctx, ns, outcome);
  if (outcome.errors.length > 0) throw outcome.errors[0];
  if (outcome.discoveryFailures.size > 0) throw new Error(`the content of namespace ${key.name} is not known: discovery failed for ${[...outcome.discoveryFailures.keys()].join(', ')}`);
  if (outcome.estimate > 0) return { requeueAfter: (Math.floor(outcome.estimate / 2) + 1) * 1000 };
  await finalize(ctx, key);
}

/** Behaves like upstream pkg/controller/namespace. */
export default defineController({
  name: 'namespace-controller',
  concurrency: 10,
  maxBackoff: 60_000,
  watches: [
    watch(core.Namespace, (ns, ctx, { gone }) => {
      if (!gone && ns.metadata.deletionTimestamp !== undefined) ctx.enqueue(keyOf(ns), GRACE_MS);
      return [];
    }),
  ],
  reconcile,
});
