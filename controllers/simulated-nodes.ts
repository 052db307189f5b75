import { isConflict, isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, index, watch, type ControllerContext } from './framework/definition.ts';
import type { Pod } from './pods/conditions.ts';
import { AddressPool } from './simulated-nodes/address-pool.ts';
import { NodeLeases } from './simulated-nodes/leases.ts';
import { isReady, isSimulated, readyNodeStatus, type Node } from './simulated-nodes/node-stages.ts';
import { completeStatus, readyStatus, stageOf } from './simulated-nodes/pod-stages.ts';

const BY_NODE = 'podsBySimulatedNode';
const DEFAULT_CIDR = '10.0.0.0/16';

interface State {
  readonly addresses: AddressPool;
  readonly leases: NodeLeases;
}

function nodeOf(pod: Pod, ctx: ControllerContext): Node | undefined {
  const name = pod.spec.nodeName ?? '';
  const node = name === '' ? undefined : ctx.lister(core.Node).get({ namespace: '', name });
  return node && isSimulated(node) ? node : undefined;
}

function addressesFor(pod: Pod, node: Node, { addresses }: State, ctx: ControllerContext): readonly string[] {
  if (pod.spec.hostNetwork === true) return [node.status.addresses?.find((a) => a.type === 'InternalIP')?.address ?? ctx.settings.simulatedNodeIP];
  const cidrs = node.spec.podCIDRs ?? (node.spec.podCIDR === undefined ? [] : [node.spec.podCIDR]);
  return (cidrs.length > 0 ? cidrs : [DEFAULT_CIDR]).map((cidr) => addresses.allocate(cidr));
}

/** Kubelets end deleted pods; a simulated one does so at once, finalizers or not. */
async function remove(ctx: ControllerContext, pod: Pod): Promise<void> {
  const pods = ctx.client.resource(core.Pod);
  if ((pod.metadata.finalizers ?? []).length > 0) await pods.patch(keyOf(pod), { type: 'merge', body: { metadata: { finalizers: null } } });
  await pods.delete(keyOf(pod), { gracePeriodSeconds: 0, propagationPolicy: 'Background', preconditions: { uid: pod.metadata.uid } });
}

async function play(ctx: ControllerContext, pod: Pod, node: Node, state: State): Promise<void> {
  const stage = stageOf(pod);
  if (stage === 'rest') return;
  try {
    if (stage === 'delete') return await remove(ctx, pod);
    const status = stage === 'ready' ? readyStatus(pod, addressesFor(pod, node, state, ctx), ctx.now()) : completeStatus(pod, ctx.now());
    await ctx.client.resource(core.Pod).subresource<core.Pod>('status').update(keyOf(pod), { ...pod, status });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
    if (isConflict(error)) ctx.log.debug('a simulated pod changed meanwhile', { pod: pod.metadata.name });
  }
}

/** A node that has just come gets its status; from then on its pods are played. */
async function bringUp(ctx: ControllerContext, node: Node, { leases }: State): Promise<void> {
  leases.add(node);
  if (isReady(node)) {
    for (const pod of ctx.lister(core.Pod).byIndex(BY_NODE, node.metadata.name)) if (stageOf(pod) !== 'rest') ctx.enqueue(keyOf(pod));
    return;
  }
  await ctx.client.resource(core.Node).subresource<core.Node>('status').update(keyOf(node), { ...node, status: readyNodeStatus(node, ctx.settings.simulatedNodeIP, ctx.now()) });
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<void> {
  if (key.namespace !== '') {
    const pod = ctx.lister(core.Pod).get(key);
    const node = pod && nodeOf(pod, ctx);
    if (pod && node) await play(ctx, pod, node, state);
    return;
  }
  const node = ctx.lister(core.Node).get(key);
  if (node && isSimulated(node) && node.metadata.deletionTimestamp === undefined) return bringUp(ctx, node, state);
  state.leases.remove(key.name);
}

/** Pods that were there before count as holders of their addresses; those that go give them back. */
function trackAddresses(ctx: ControllerContext, addresses: AddressPool): void {
  const each = (pod: Pod, fn: (ip: string) => void): void => (pod.status.podIPs ?? []).forEach(({ ip }) => fn(ip));
  ctx.informer(core.Pod).addEventHandler({
    onAdd: (pod) => each(pod, (ip) => addresses.take(ip)),
    onDelete: (pod) => each(pod, (ip) => addresses.give(ip)),
  });
}

/**
 * Plays the nodes that no kubelet has registered, and the pods on them: nodes are Ready, pods run, Job pods complete, deleted pods end.
 * Behaves like upstream kwok with its fast stages.
 */
export default defineController<core.Node, State>({
  name: 'simulated-nodes',
  for: core.Node,
  concurrency: 32,
  watches: [
    watch(core.Pod, (pod, ctx, { gone }) => {
      if (gone || stageOf(pod) === 'rest' || !nodeOf(pod, ctx)) return [];
      ctx.enqueue(keyOf(pod), ctx.settings.simulatedPodStageDelay);
      return [];
    }),
  ],
  indexes: [index(core.Pod, BY_NODE, (pod) => [pod.spec.nodeName ?? ''])],
  reads: [core.Pod],
  setup(ctx) {
    const state = { addresses: new AddressPool(), leases: new NodeLeases(ctx) };
    trackAddresses(ctx, state.addresses);
    return state;
  },
  reconcile,
  run: (_, state) => state.leases.run(),
});
