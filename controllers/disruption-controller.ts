import { isConflict, isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as apps from '../apimachinery/types/apps.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as policy from '../apimachinery/types/policy.gen.ts';
import { discover, type DiscoveredResource } from '../client/discovery.ts';
import { budgetStatus, expectedOf, needsScale, stillDisrupted, withAllowed, type Budget, type BudgetStatus } from './disruption/status.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { selectorOf } from './framework/labels.ts';
import { controllerOf, refersTo, type Readable } from './framework/owners.ts';
import { semanticEqual } from './framework/semantic-equal.ts';
import { messageOf } from './framework/status-errors.ts';
import type { Pod } from './pods/conditions.ts';

/** How many replicas an owner wants, and who it is. */
interface Scale {
  readonly uid: string;
  readonly replicas: number;
}

type Ref = NonNullable<ReturnType<typeof controllerOf>>;

function ofReplicaSet(ctx: ControllerContext, ref: Ref, namespace: string): Scale | undefined {
  const set = ctx.lister(apps.ReplicaSet).get({ namespace, name: ref.name });
  if (!set || set.metadata.uid !== ref.uid) return undefined;
  const owner = controllerOf(set);
  const deployment = owner && refersTo(owner, apps.Deployment) ? ctx.lister(apps.Deployment).get({ namespace, name: owner.name }) : undefined;
  return deployment?.metadata.uid === owner?.uid && deployment ? { uid: deployment.metadata.uid, replicas: deployment.spec.replicas ?? 1 } : { uid: ref.uid, replicas: set.spec.replicas ?? 1 };
}

function ofKnown(ctx: ControllerContext, ref: Ref, namespace: string): Scale | undefined {
  if (refersTo(ref, apps.ReplicaSet)) return ofReplicaSet(ctx, ref, namespace);
  for (const type of [core.ReplicationController, apps.StatefulSet]) {
    const found = refersTo(ref, type) ? (ctx.lister(type as typeof apps.StatefulSet).get({ namespace, name: ref.name })) : undefined;
    if (found?.metadata.uid === ref.uid) return { uid: ref.uid, replicas: found.spec.replicas ?? 1 };
  }
  return undefined;
}

/** Any other controller tells its size by its scale subresource. */
async function ofScale(ctx: ControllerContext, ref: Ref, namespace: string, resources: () => Promise<readonly DiscoveredResource[]>): Promise<Scale | undefined> {
  const group = ref.apiVersion.includes('/') ? ref.apiVersion.slice(0, ref.apiVersion.indexOf('/')) : '';
  const resource = (await resources()).find((r) => r.group === group && r.kind === ref.kind);
  if (!resource) return undefined;
  try {
    const scale = await ctx.client.dynamic(resource).subresource<{ metadata: { uid: string }; spec?: { replicas?: number } }>('scale').get({ namespace, name: ref.name });
    return { uid: scale.metadata.uid, replicas: scale.spec?.replicas ?? 0 };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The sizes of the pods' controllers, each once, added up. */
async function scaleOf(ctx: ControllerContext, pods: readonly Pod[]): Promise<{ scale: number; unmanaged: number }> {
  const sizes = new Map<string, number>();
  let unmanaged = 0;
  let found: Promise<readonly DiscoveredResource[]> | undefined;
  const resources = () => (found ??= discover(ctx.client).then((d) => d.resources));
  for (const pod of pods) {
    const ref = controllerOf(pod);
    if (!ref) {
      unmanaged++;
      continue;
    }
    const scale = ofKnown(ctx, ref, pod.metadata.namespace) ?? (await ofScale(ctx, ref, pod.metadata.namespace, resources));
    if (!scale) throw new Error(`found no controllers for pod "${pod.metadata.name}"`);
    sizes.set(scale.uid, scale.replicas);
  }
  return { scale: [...sizes.values()].reduce((a, b) => a + b, 0), unmanaged };
}

function writeStatus(ctx: ControllerContext, budget: Budget, status: BudgetStatus) {
  return ctx.client.resource(policy.PodDisruptionBudget).subresource<policy.PodDisruptionBudget>('status').update(keyOf(budget), { ...budget, status });
}

async function sync(ctx: ControllerContext, budget: Budget): Promise<Result | void> {
  const matches = selectorOf(budget.spec.selector);
  const pods = ctx.lister(core.Pod).list(budget.metadata.namespace).filter((pod) => matches(pod.metadata.labels));
  if (pods.length === 0) ctx.recorder.event(budget, 'Normal', 'NoPods', 'No matching pods found');
  const { scale, unmanaged } = needsScale(budget) ? await scaleOf(ctx, pods) : { scale: pods.length, unmanaged: 0 };
  if (unmanaged > 0) {
    ctx.recorder.event(budget, 'Warning', 'UnmanagedPods', `Pods selected by this PodDisruptionBudget (selector: ${JSON.stringify(budget.spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`);
  }
  const disrupted = stillDisrupted(budget, pods, ctx.now());
  const status = budgetStatus(budget, pods, expectedOf(budget, scale), disrupted, ctx.now());
  if (!semanticEqual(budget.status, status) || (budget.status?.conditions ?? []).length === 0) await writeStatus(ctx, budget, status);
  return disrupted.recheck === undefined ? undefined : { requeueAfter: disrupted.recheck };
}

/** When the count cannot be known, nothing may be evicted. */
async function failSafe(ctx: ControllerContext, budget: Budget, error: unknown): Promise<void> {
  const conditions = withAllowed(budget.status?.conditions ?? [], 'False', 'SyncFailed', messageOf(error), budget.status?.observedGeneration ?? 0, ctx.now());
  const status = { ...budget.status, disruptionsAllowed: 0, conditions } as BudgetStatus;
  if (!semanticEqual(budget.status, status)) await writeStatus(ctx, budget, status);
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const budget = ctx.lister(policy.PodDisruptionBudget).get(key);
  if (!budget) return;
  try {
    return await sync(ctx, budget);
  } catch (error) {
    if (!isConflict(error)) {
      ctx.recorder.event(budget, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${messageOf(error)}`);
      await failSafe(ctx, budget, error);
    }
    throw error;
  }
}

function budgetsOf(ctx: ControllerContext, pod: Pod): readonly Budget[] {
  return ctx.lister(policy.PodDisruptionBudget).list(pod.metadata.namespace).filter((b) => selectorOf(b.spec.selector)(pod.metadata.labels));
}

/** The size of an owner changed: all budgets of its namespace may count it. */
function ofOwner(obj: Readable, ctx: ControllerContext): Key[] {
  return ctx.lister(policy.PodDisruptionBudget).list(obj.metadata.namespace).filter(needsScale).map(keyOf);
}

/** Behaves like upstream pkg/controller/disruption. */
export default defineController({
  name: 'disruption-controller',
  component: 'controllermanager',
  for: policy.PodDisruptionBudget,
  watches: [
    watch(core.Pod, (pod, ctx, { old }) => [...new Set([...budgetsOf(ctx, pod), ...(old ? budgetsOf(ctx, old) : [])])].map(keyOf)),
    watch(apps.Deployment, (obj, ctx, { old }) => (old && old.spec.replicas === obj.spec.replicas ? [] : ofOwner(obj, ctx))),
    watch(apps.ReplicaSet, (obj, ctx, { old }) => (old && old.spec.replicas === obj.spec.replicas ? [] : ofOwner(obj, ctx))),
    watch(apps.StatefulSet, (obj, ctx, { old }) => (old && old.spec.replicas === obj.spec.replicas ? [] : ofOwner(obj, ctx))),
  ],
  reads: [core.ReplicationController],
  reconcile,
});
