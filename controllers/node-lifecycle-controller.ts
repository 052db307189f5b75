import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as coordination from '../apimachinery/types/coordination.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { defineController, index, type ControllerContext, type Result } from './framework/definition.ts';
import { NodeHealth, silentConditions } from './node/health.ts';
import { readyStatus, taintsOf, wantedTaints, type Node } from './node/taints.ts';
import { taintingRate, ZoneLimiter, zoneOf } from './node/zones.ts';
import { isPodReady, type Pod } from './pods/conditions.ts';

const BY_NODE = 'podsByNode';
const LEASES = 'kube-node-lease';
/** Old labels that follow new ones. */
const LABELS = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;
const EVICTION_RETRY_MS = 5_000;

interface State {
  readonly health: NodeHealth;
  readonly limiter: ZoneLimiter;
  /** Uids by the names of nodes that were reported as registered. */
  readonly registered: Map<string, string>;
  /** Nodes that were Ready when last looked at. */
  readonly wasReady: Set<string>;
}

function report(ctx: ControllerContext, name: string, uid: string, reason: string, what: string): void {
  const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } as core.Node['metadata'] };
  ctx.recorder.event(about, 'Normal', reason, `Node ${name} event: ${what}`);
}

function registration(ctx: ControllerContext, key: Key, node: Node | undefined, state: State): void {
  const known = state.registered.get(key.name);
  if (known !== undefined && known !== node?.metadata.uid) {
    report(ctx, key.name, known, 'RemovingNode', `Removing Node ${key.name} from Controller`);
    state.registered.delete(key.name);
    state.health.forget(key.name);
    state.wasReady.delete(key.name);
  }
  if (node && !state.registered.has(key.name)) {
    report(ctx, key.name, node.metadata.uid, 'RegisteredNode', `Registered Node ${key.name} in Controller`);
    state.registered.set(key.name, node.metadata.uid);
  }
}

async function followLabels(ctx: ControllerContext, node: Node): Promise<void> {
  const labels = node.metadata.labels ?? {};
  const wrong = LABELS.filter(([from, to]) => labels[from] !== undefined && labels[to] !== labels[from]);
  if (wrong.length === 0) return;
  await ctx.client.resource(core.Node).patch(keyOf(node), { type: 'strategic', body: { metadata: { labels: Object.fromEntries(wrong.map(([from, to]) => [to, labels[from]])) } } });
}

/** Pods of a silent node count as not ready, so that services leave them out. */
async function markPodsNotReady(ctx: ControllerContext, node: Node): Promise<void> {
  for (const pod of ctx.lister(core.Pod).byIndex(BY_NODE, node.metadata.name)) if (isPodReady(pod)) await markPodNotReady(ctx, pod);
}

async function markPodNotReady(ctx: ControllerContext, pod: Pod): Promise<void> {
  const conditions = (pod.status.conditions ?? []).map((c) => (c.type === 'Ready' ? { ...c, status: 'False', lastTransitionTime: rfc3339(ctx.now()) } : c));
  try {
    await ctx.client.resource(core.Pod).subresource<core.Pod>('status').update(keyOf(pod), { ...pod, status: { ...pod.status, conditions } });
  } catch (error) {
    if (isNotFound(error)) return;
    throw error;
  }
  ctx.recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
}

/** The node as it stands after its conditions were set to Unknown, where it is silent for too long; and when to look again. */
async function checkHealth(ctx: ControllerContext, node: Node, { health }: State): Promise<{ node: Node; again: number }> {
  const now = ctx.now();
  const { nodeMonitorGracePeriod, nodeStartupGracePeriod } = ctx.settings;
  const grace = readyStatus(node) === undefined ? nodeStartupGracePeriod : nodeMonitorGracePeriod;
  const left = health.lastSeen(node, now) + grace - now;
  if (left > 0) return { node, again: left + 1 };
  const conditions = silentConditions(node, now);
  if (!conditions) return { node, again: grace };
  const marked = await ctx.client.resource(core.Node).subresource<core.Node>('status').update(keyOf(node), { ...node, status: { ...node.status, conditions } });
  return { node: marked, again: grace };
}

async function followConditions(ctx: ControllerContext, node: Node, { limiter }: State): Promise<boolean> {
  const stands = wantedTaints(node, true, ctx.now());
  const before = taintsOf(node);
  if (stands === before) return true;
  const addsEviction = stands.some((t) => t.effect === 'NoExecute' && !before.some((b) => b.key === t.key && b.effect === t.effect)) && !before.some((t) => t.effect === 'NoExecute' && stands.every((s) => s !== t));
  const zone = zoneOf(node);
  const mayEvict = !addsEviction || limiter.tryAccept(zone, taintingRate(ctx.lister(core.Node).list(), zone, ctx.settings.nodeEvictionRate));
  const taints = mayEvict ? stands : wantedTaints(node, false, ctx.now());
  if (taints !== before) {
    const { resourceVersion } = node.metadata;
    await ctx.client.resource(core.Node).patch(keyOf(node), { type: 'merge', body: { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } } });
  }
  return mayEvict;
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<Result | void> {
  const found = ctx.lister(core.Node).get(key);
  registration(ctx, key, found, state);
  if (!found) return;
  await followLabels(ctx, found);
  const { node, again } = await checkHealth(ctx, found, state);
  const mayEvict = await followConditions(ctx, node, state);
  if (readyStatus(node) === 'True') state.wasReady.add(key.name);
  else if (readyStatus(node) !== undefined && state.wasReady.has(key.name)) {
    await markPodsNotReady(ctx, node);
    state.wasReady.delete(key.name);
    ctx.recorder.event({ apiVersion: 'v1', kind: 'Node', metadata: { name: key.name, uid: node.metadata.uid } as core.Node['metadata'] }, 'Normal', 'NodeNotReady', `Node ${key.name} status is now: NodeNotReady`);
  }
  return { requeueAfter: mayEvict ? again : Math.min(again, EVICTION_RETRY_MS) };
}

/** Behaves like upstream pkg/controller/nodelifecycle; nodes are looked at when they change and when their grace period ends. */
export default defineController<core.Node, State>({
  name: 'node-lifecycle-controller',
  component: 'node-controller',
  for: core.Node,
  concurrency: 8,
  indexes: [index(core.Pod, BY_NODE, (pod) => [pod.spec.nodeName ?? ''])],
  reads: [core.Pod, coordination.Lease],
  setup(ctx) {
    const health = new NodeHealth();
    const renewed = (lease: { readonly metadata: { readonly namespace: string; readonly name: string } }): void => {
      if (lease.metadata.namespace === LEASES) health.renewed(lease.metadata.name, ctx.now());
    };
    ctx.informer(coordination.Lease).addEventHandler({ onAdd: renewed, onUpdate: (_, lease) => renewed(lease) });
    return { health, limiter: new ZoneLimiter(ctx.clock), registered: new Map(), wasReady: new Set() };
  },
  reconcile,
});

