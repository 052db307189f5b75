import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { defineController, index, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { isPodTerminal, podCondition, type Pod } from './pods/conditions.ts';

const BY_NODE = 'podsByNodeForCollection';
/** Nodes that are gone from the cache get so long to come back before their pods go. */
const QUARANTINE_MS = 40_000;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
/** Beside nodes (by name), the key of a look at all ended pods. */
const ENDED = { namespace: 'ended', name: 'pods' };

/** When each missing node was first missed. */
type State = Map<string, number>;

/** A pod whose kubelet will never report is Failed first, so that its owner knows. */
async function collect(ctx: ControllerContext, pod: Pod, reason?: { readonly reason: string; readonly message: string }): Promise<void> {
  const pods = ctx.client.resource(core.Pod);
  try {
    if (!isPodTerminal(pod)) {
      const conditions = reason && podCondition(pod, 'DisruptionTarget')?.status !== 'True' ? [{ type: 'DisruptionTarget', status: 'True', lastProbeTime: null, lastTransitionTime: rfc3339(ctx.now()), ...reason }] : [];
      await pods.subresource<core.Pod>('status').patch(keyOf(pod), { type: 'strategic', body: { metadata: { uid: pod.metadata.uid }, status: { phase: 'Failed', ...(conditions.length > 0 && { conditions }) } } });
    }
    await pods.delete(keyOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function collectOrphans(ctx: ControllerContext, name: string, state: State): Promise<Result | void> {
  const pods = ctx.lister(core.Pod).byIndex(BY_NODE, name);
  const since = state.get(name) ?? ctx.now();
  state.set(name, since);
  if (pods.length === 0) return void state.delete(name);
  const left = since + QUARANTINE_MS - ctx.now();
  if (left > 0) return { requeueAfter: left };
  if (await exists(ctx, name)) return { requeueAfter: QUARANTINE_MS };
  for (const pod of pods) await collect(ctx, pod, { reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' });
}

async function exists(ctx: ControllerContext, name: string): Promise<boolean> {
  try {
    await ctx.client.resource(core.Node).get({ namespace: '', name });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function ofNode(ctx: ControllerContext, name: string, state: State): Promise<Result | void> {
  const node = ctx.lister(core.Node).get({ namespace: '', name });
  if (!node) return collectOrphans(ctx, name, state);
  state.delete(name);
  const isReady = node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true;
  if (isReady || !(node.spec.taints ?? []).some((t) => t.key === OUT_OF_SERVICE)) return;
  for (const pod of ctx.lister(core.Pod).byIndex(BY_NODE, name)) if (pod.metadata.deletionTimestamp !== undefined) await collect(ctx, pod);
}

/** Deleted before they were scheduled: no kubelet will finish them. */
async function collectEnded(ctx: ControllerContext): Promise<void> {
  const threshold = ctx.settings.terminatedPodGCThreshold;
  const ended = threshold <= 0 ? [] : ctx.lister(core.Pod).list().filter(isPodTerminal);
  const surplus = [...ended].sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1)).slice(0, Math.max(0, ended.length - threshold));
  for (const pod of surplus) await collect(ctx, pod);
  const unscheduled = ctx.lister(core.Pod).byIndex(BY_NODE, '').filter((pod) => pod.metadata.deletionTimestamp !== undefined);
  for (const pod of unscheduled) await collect(ctx, pod);
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<Result | void> {
  return key.namespace === ENDED.namespace ? collectEnded(ctx) : ofNode(ctx, key.name, state);
}

/** Behaves like upstream pkg/controller/podgc. */
export default defineController<core.Node, State>({
  name: 'pod-garbage-collector-controller',
  for: core.Node,
  concurrency: 1,
  watches: [
    watch(core.Pod, (pod, ctx, { gone }) => {
      if (gone) return [];
      const { nodeName = '' } = pod.spec;
      if (isPodTerminal(pod) || (nodeName === '' && pod.metadata.deletionTimestamp !== undefined)) ctx.enqueue(ENDED, 20_000);
      return nodeName !== '' && !ctx.lister(core.Node).get({ namespace: '', name: nodeName }) ? [{ namespace: '', name: nodeName }] : [];
    }),
  ],
  indexes: [index(core.Pod, BY_NODE, (pod) => [pod.spec.nodeName ?? ''])],
  setup: () => new Map(),
  reconcile,
});
