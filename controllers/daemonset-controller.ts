import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf, keyText, type Key } from '../apimachinery/meta.ts';
import * as apps from '../apimachinery/types/apps.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { newExponentialLimiter, type RateLimiter } from '../client/workqueue/rate-limiter.ts';
import { countDaemons, manage, rollOut, type DaemonPlan, type Daemons } from './daemonset/plan.ts';
import { daemonPod, placement, targetNode, type DaemonSet } from './daemonset/placement.ts';
import { claimObjects } from './framework/claim.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { groupBy } from './framework/group-by.ts';
import { isEmptySelector, selectorOf } from './framework/labels.ts';
import { controllerOf } from './framework/owners.ts';
import { slowStartBatch } from './framework/slow-start.ts';
import { isNamespaceTerminating } from './framework/status-errors.ts';
import { ensureRevision, HASH_LABEL, listRevisions, truncateRevisions } from './history/revisions.ts';
import { isPodTerminal, nextAvailability, type Pod } from './pods/conditions.ts';
import { createPod, deletePod } from './pods/control.ts';

const BURST = 250;

/** When a failed pod on a node may be replaced: 1 s, doubling to 15 min. */
interface State {
  readonly limiter: RateLimiter<string>;
  readonly notBefore: Map<string, number>;
}

async function apply(ctx: ControllerContext, ds: DaemonSet, hash: string, plan: DaemonPlan): Promise<void> {
  const key = keyText(keyOf(ds));
  const create = plan.create.slice(0, BURST);
  const remove = plan.remove.slice(0, BURST);
  ctx.expectations.expectCreations(key, create.length);
  ctx.expectations.expectDeletions(key, remove.map((pod) => pod.metadata.uid));
  const { successes, error } = await slowStartBatch(create.length, async (i) => {
    try {
      await createPod(ctx, daemonPod(ds, hash, create[i] ?? ''), ds);
    } catch (failure) {
      if (!isNamespaceTerminating(failure)) throw failure;
    }
  });
  for (let i = successes; i < create.length; i++) ctx.expectations.creationObserved(key);
  const results = await Promise.allSettled(remove.map((pod) => removePod(ctx, ds, pod)));
  const failed = results.find((r) => r.status === 'rejected');
  if (error !== undefined) throw error;
  if (failed) throw failed.reason;
}

async function removePod(ctx: ControllerContext, ds: DaemonSet, pod: Pod): Promise<void> {
  try {
    await deletePod(ctx, pod, ds);
  } catch (error) {
    ctx.expectations.deletionObserved(keyText(keyOf(ds)), pod.metadata.uid);
    if (!isNotFound(error)) throw error;
  }
}

function reportEnded(ctx: ControllerContext, ds: DaemonSet, pods: readonly Pod[]): void {
  for (const pod of pods) {
    const { namespace, name } = pod.metadata;
    const where = `daemon pod ${namespace}/${name} on node ${pod.spec.nodeName}`;
    if (pod.status.phase === 'Failed') ctx.recorder.event(ds, 'Warning', 'FailedDaemonPod', `Found failed ${where}, will try to kill it`);
    else ctx.recorder.event(ds, 'Normal', 'SucceededDaemonPod', `Found succeeded ${where}, will try to delete it`);
  }
}

/** Counts a failure of a pod on `node`; whether its pod may be replaced now. */
function mayReplace(ctx: ControllerContext, ds: DaemonSet, node: string, state: State): boolean {
  const key = `${ds.metadata.uid}/${node}`;
  const until = state.notBefore.get(key) ?? 0;
  if (ctx.now() < until) {
    ctx.enqueue(keyOf(ds), until - ctx.now());
    return false;
  }
  state.notBefore.set(key, ctx.now() + state.limiter.when(key));
  return true;
}

async function claimPods(ctx: ControllerContext, ds: DaemonSet): Promise<ReadonlyMap<string, readonly Pod[]>> {
  const candidates = [...ctx.owned(core.Pod, ds), ...ctx.orphans(core.Pod, ds.metadata.namespace)];
  const claimed = await claimObjects<core.Pod>(ctx, { owner: ds, ownerType: apps.DaemonSet, type: core.Pod, matches: selectorOf(ds.spec.selector), candidates });
  return groupBy(claimed.filter((pod) => !(isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined) && targetNode(pod) !== undefined), (pod) => targetNode(pod) ?? '');
}

async function writeStatus(ctx: ControllerContext, d: Daemons, isActed: boolean): Promise<void> {
  const { ds } = d;
  const counts = countDaemons(d);
  const { generation = 0 } = ds.metadata;
  const isSame = Object.entries(counts).every(([field, value]) => ((ds.status as unknown as Record<string, number | undefined> | undefined)?.[field] ?? 0) === value);
  if (isSame && (ds.status?.observedGeneration ?? 0) >= generation) return;
  const status = { ...ds.status, ...counts, ...(isActed && { observedGeneration: generation }) };
  await ctx.client.resource(apps.DaemonSet).subresource<apps.DaemonSet>('status').update(keyOf(ds), { ...ds, status });
}

async function act(ctx: ControllerContext, d: Daemons): Promise<unknown> {
  const { ds, hash } = d;
  try {
    const plan = manage(d);
    reportEnded(ctx, ds, plan.ended);
    await apply(ctx, ds, hash, plan);
    if (ctx.expectations.satisfied(keyText(keyOf(ds))) && ds.spec.updateStrategy?.type === 'RollingUpdate') await apply(ctx, ds, hash, rollOut(d));
    return undefined;
  } catch (error) {
    return error;
  }
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<Result | void> {
  const ds = ctx.lister(apps.DaemonSet).get(key);
  if (!ds) return ctx.expectations.forget(keyText(key));
  if (isEmptySelector(ds.spec.selector)) return ctx.recorder.event(ds, 'Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.');
  if (ds.metadata.deletionTimestamp !== undefined) return;
  const revisions = await listRevisions(ctx, ds, apps.DaemonSet, selectorOf(ds.spec.selector));
  const { annotations } = ds.metadata;
  const { revision } = await ensureRevision(ctx, revisions, { owner: ds, ownerType: apps.DaemonSet, template: ds.spec.template, collisionCount: ds.status?.collisionCount ?? 0, hashLabel: HASH_LABEL, ...(annotations && { annotations }) });
  const hash = revision.metadata.labels?.[HASH_LABEL] ?? '';
  const pods = await claimPods(ctx, ds);
  const d: Daemons = { ds, nodes: ctx.lister(core.Node).list(), pods, hash, now: ctx.now(), mayReplace: (node) => mayReplace(ctx, ds, node, state) };
  const mayAct = ctx.expectations.satisfied(keyText(key));
  const failure = mayAct ? await act(ctx, d) : undefined;
  await writeStatus(ctx, d, mayAct);
  const all = [...pods.values()].flat();
  if (mayAct) {
    const used = new Set(all.map((pod) => pod.metadata.labels?.[HASH_LABEL] ?? ''));
    const live = revisions.filter((r) => used.has(r.metadata.labels?.[HASH_LABEL] ?? '')).map((r) => r.metadata.name);
    const old = revisions.filter((r) => r.metadata.name !== revision.metadata.name).length;
    await truncateRevisions(ctx, revisions, new Set([revision.metadata.name, ...live]), () => old - (ds.spec.revisionHistoryLimit ?? 10));
  }
  if (failure !== undefined) throw failure;
  const requeueAfter = nextAvailability(all, ds.spec.minReadySeconds ?? 0, ctx.now());
  return requeueAfter === undefined ? undefined : { requeueAfter };
}

/** Behaves like upstream pkg/controller/daemon. */
export default defineController<apps.DaemonSet, State>({
  name: 'daemonset-controller',
  for: apps.DaemonSet,
  owns: [core.Pod],
  reads: [apps.ControllerRevision],
  watches: [
    watch(core.Pod, (pod, ctx) => {
      if (controllerOf(pod)) return [];
      return ctx.lister(apps.DaemonSet).list(pod.metadata.namespace).filter((ds) => selectorOf(ds.spec.selector)(pod.metadata.labels)).map(keyOf);
    }),
    watch(core.Node, (node, ctx, { old, gone }) => {
      const shape = (n: typeof node): string => JSON.stringify([n.metadata.labels, n.spec.taints]);
      if (!gone && old && shape(old) === shape(node)) return [];
      const isConcerned = (ds: DaemonSet): boolean => {
        const [now, before] = [placement(ds, node), old && placement(ds, old)];
        return before ? now.runs !== before.runs || now.stays !== before.stays : now.runs || gone;
      };
      return ctx.lister(apps.DaemonSet).list().filter(isConcerned).map(keyOf);
    }),
  ],
  setup: () => ({ limiter: newExponentialLimiter<string>(1_000, 900_000), notBefore: new Map() }),
  reconcile,
});
