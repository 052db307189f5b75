import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as apps from '../apimachinery/types/apps.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { scaleDownOld, scaleCurrent, isScalingEvent, scaleToSize } from './deployment/scaling.ts';
import { tellApart } from './deployment/sets.ts';
import { calculateStatus, conditionOf, deadlineCheck, isComplete, newCondition, rolloutStatus, TIMED_OUT, withCondition } from './deployment/status.ts';
import { activeSets, allOf, hasProgressDeadline, isRollingUpdate, replicasOf, sumOf, type Deployment, type ReplicaSet, type Scale, type Sets } from './deployment/types.ts';
import { cleanUp, createCurrent, scaleSet, syncRevision, writeStatus } from './deployment/writes.ts';
import { claimObjects } from './framework/claim.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { isEmptySelector, selectorOf } from './framework/labels.ts';
import { controllerOf, refersTo } from './framework/owners.ts';
import { isPodTerminal } from './pods/conditions.ts';

/** Scales one after another; true when a size changed. */
async function scaleAll(ctx: ControllerContext, d: Deployment, scales: readonly Scale[], sets: Sets): Promise<{ scaled: boolean; sets: Sets }> {
  const now = new Map<string, ReplicaSet>();
  let scaled = false;
  for (const { set, replicas } of scales) {
    const latest = now.get(set.metadata.uid) ?? set;
    scaled ||= replicasOf(latest) !== replicas;
    now.set(set.metadata.uid, await scaleSet(ctx, d, { set: latest, replicas }));
  }
  const latest = (set: ReplicaSet): ReplicaSet => now.get(set.metadata.uid) ?? set;
  return { scaled, sets: { current: sets.current && latest(sets.current), old: sets.old.map(latest) } };
}

async function finishRollout(ctx: ControllerContext, d: Deployment, sets: Sets): Promise<Result | void> {
  const status = rolloutStatus(d, sets, ctx.now());
  const written = await writeStatus(ctx, d, status);
  const requeueAfter = deadlineCheck(written, status, ctx.now());
  return requeueAfter === undefined ? undefined : { requeueAfter };
}

async function rollOut(ctx: ControllerContext, d: Deployment, sets: Sets): Promise<Result | void> {
  const up = scaleCurrent(d, sets);
  const step = await scaleAll(ctx, d, up ? [up] : scaleDownOld(d, sets), sets);
  if (!step.scaled && isComplete(d, d.status)) await cleanUp(ctx, d, sets.old);
  return finishRollout(ctx, d, step.sets);
}

/** Pods of old sets, whatever their sets' counts say. */
function oldPodsRun(ctx: ControllerContext, { old }: Sets): boolean {
  return sumOf(old, (set) => set.status?.replicas) > 0 || old.some((set) => ctx.owned(core.Pod, set).some((pod) => !isPodTerminal(pod)));
}

async function recreate(ctx: ControllerContext, d: Deployment, sets: Sets): Promise<Result | void> {
  const down = await scaleAll(ctx, d, activeSets(sets.old).map((set) => ({ set, replicas: 0 })), sets);
  if (down.scaled || oldPodsRun(ctx, sets)) return finishRollout(ctx, d, down.sets);
  const made = sets.current ? { deployment: d, sets } : await createCurrent(ctx, d, sets.old);
  const { current } = made.sets;
  const up = await scaleAll(ctx, made.deployment, current ? [{ set: current, replicas: replicasOf(d) }] : [], made.sets);
  if (isComplete(made.deployment, made.deployment.status)) await cleanUp(ctx, made.deployment, sets.old);
  return finishRollout(ctx, made.deployment, up.sets);
}

/** Sizes follow spec.replicas; no rollout goes on. */
async function resize(ctx: ControllerContext, d: Deployment, sets: Sets): Promise<void> {
  const scaled = await scaleAll(ctx, d, scaleToSize(d, sets), sets);
  if (d.spec.paused === true) await cleanUp(ctx, d, sets.old);
  await writeStatus(ctx, d, calculateStatus(d, scaled.sets, ctx.now()));
}

/** A paused Deployment cannot miss its deadline: the condition says Unknown, and again when it goes on. */
async function markPaused(ctx: ControllerContext, d: Deployment): Promise<Deployment> {
  const current = conditionOf(d.status, 'Progressing');
  const isMarked = current?.reason === 'DeploymentPaused';
  if (!hasProgressDeadline(d) || current?.reason === TIMED_OUT || isMarked === (d.spec.paused === true)) return d;
  const condition = d.spec.paused === true
    ? newCondition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', ctx.now())
    : newCondition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', ctx.now());
  return writeStatus(ctx, d, { ...d.status, conditions: withCondition(d.status?.conditions ?? [], condition) });
}

async function refuseSelectingAll(ctx: ControllerContext, d: Deployment): Promise<void> {
  ctx.recorder.event(d, 'Warning', 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
  const { generation = 0 } = d.metadata;
  if ((d.status?.observedGeneration ?? 0) < generation) await writeStatus(ctx, d, { ...d.status, observedGeneration: generation });
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const found = ctx.lister(apps.Deployment).get(key);
  if (!found) return;
  if (isEmptySelector(found.spec.selector)) return refuseSelectingAll(ctx, found);
  const candidates = [...ctx.owned(apps.ReplicaSet, found), ...ctx.orphans(apps.ReplicaSet, key.namespace)];
  const claimed = await claimObjects<apps.ReplicaSet>(ctx, { owner: found, ownerType: apps.Deployment, type: apps.ReplicaSet, matches: selectorOf(found.spec.selector), candidates });
  const apart = tellApart(found, claimed);
  if (found.metadata.deletionTimestamp !== undefined) {
    const { deployment, sets } = await syncRevision(ctx, found, apart);
    await writeStatus(ctx, deployment, calculateStatus(deployment, sets, ctx.now()));
    return;
  }
  const marked = await markPaused(ctx, found);
  const { deployment: d, sets } = await syncRevision(ctx, marked, apart);
  if (d.spec.paused === true || isScalingEvent(d, sets)) return resize(ctx, d, sets);
  if (!isRollingUpdate(d)) return recreate(ctx, d, sets);
  const made = sets.current ? { deployment: d, sets } : await createCurrent(ctx, d, sets.old);
  return rollOut(ctx, made.deployment, made.sets);
}

/** Deployments that could adopt a ReplicaSet without a controller. */
function adopters(set: ReplicaSet, ctx: ControllerContext): Key[] {
  if (controllerOf(set)) return [];
  return ctx.lister(apps.Deployment).list(set.metadata.namespace).filter((d) => selectorOf(d.spec.selector)(set.metadata.labels)).map(keyOf);
}

/** A Recreate Deployment waits until the last old pod is gone. */
function ofPod(pod: Parameters<typeof controllerOf>[0], ctx: ControllerContext): Key[] {
  const ref = controllerOf(pod);
  const set = ref && refersTo(ref, apps.ReplicaSet) ? ctx.lister(apps.ReplicaSet).get({ namespace: pod.metadata.namespace, name: ref.name }) : undefined;
  const owner = set && controllerOf(set);
  if (!set || !owner || !refersTo(owner, apps.Deployment)) return [];
  const d = ctx.lister(apps.Deployment).get({ namespace: pod.metadata.namespace, name: owner.name });
  return d?.spec.strategy?.type === 'Recreate' && sumOf(allOf({ current: undefined, old: ctx.owned(apps.ReplicaSet, d) }), (s) => ctx.owned(core.Pod, s).length) === 0 ? [keyOf(d)] : [];
}

/** Behaves like upstream pkg/controller/deployment. */
export default defineController({
  name: 'deployment-controller',
  for: apps.Deployment,
  owns: [apps.ReplicaSet],
  watches: [watch(apps.ReplicaSet, adopters), watch(core.Pod, (pod, ctx, change) => (change.gone ? ofPod(pod, ctx) : []))],
  reads: [core.Pod],
  reconcile,
});
