/** Keeps as many pods as asked: the body that replicaset-controller and replicationcontroller-controller share. Behaves like upstream pkg/controller/replicaset/replica_set.go. */
import { isConflict, isNotFound } from '../../apimachinery/errors.ts';
import { keyOf, keyText, type ApiObject, type Key } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft, ResourceType } from '../../apimachinery/types/type.ts';
import { claimObjects } from '../framework/claim.ts';
import { defineController, watch, type ControllerContext, type ControllerDefinition, type Result } from '../framework/definition.ts';
import type { Matcher } from '../framework/labels.ts';
import { controllerOf, type Readable } from '../framework/owners.ts';
import { slowStartBatch } from '../framework/slow-start.ts';
import { isNamespaceTerminating } from '../framework/status-errors.ts';
import { isPodActive, isPodTerminating, nextAvailability, type Pod } from '../pods/conditions.ts';
import { createPod, deletePod, podFromTemplate, type PodTemplate } from '../pods/control.ts';
import { nextStep } from './next-step.ts';
import { calculateStatus, sameStatus, type Counted, type ReplicaSetStatus } from './status.ts';

/** How the body reads one of the two kinds. */
export interface ReplicasKind<T extends ApiObject> {
  readonly name: string;
  /** As which events are reported. */
  readonly component: string;
  readonly type: ResourceType<T>;
  readonly countsTerminating: boolean;
  replicas(owner: DeepReadonly<T>): number;
  minReadySeconds(owner: DeepReadonly<T>): number;
  template(owner: DeepReadonly<T>): PodTemplate;
  selector(owner: DeepReadonly<T>): Matcher;
  status(owner: DeepReadonly<T>): ReplicaSetStatus;
}

async function createPods(ctx: ControllerContext, type: ResourceType<ApiObject>, owner: Readable, template: PodTemplate, count: number): Promise<void> {
  const key = keyText(keyOf(owner));
  ctx.expectations.expectCreations(key, count);
  const pod = podFromTemplate(template, owner, type);
  const { successes, error } = await slowStartBatch(count, async () => {
    try {
      await createPod(ctx, pod, owner);
    } catch (failure) {
      if (!isNamespaceTerminating(failure)) throw failure;
      ctx.expectations.creationObserved(key);
    }
  });
  for (let i = successes; i < count; i++) ctx.expectations.creationObserved(key);
  if (error !== undefined) throw error;
}

async function deletePods(ctx: ControllerContext, owner: Readable, pods: readonly Pod[]): Promise<void> {
  const key = keyText(keyOf(owner));
  ctx.expectations.expectDeletions(key, pods.map((pod) => pod.metadata.uid));
  const results = await Promise.allSettled(
    pods.map(async (pod) => {
      try {
        await deletePod(ctx, pod, owner);
      } catch (error) {
        ctx.expectations.deletionObserved(key, pod.metadata.uid);
        if (!isNotFound(error)) throw error;
      }
    }),
  );
  const failed = results.find((r) => r.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Pods of the sets that have the same controller (the ReplicaSets of one Deployment), this one's included. */
function relatedPods<T extends ApiObject>(ctx: ControllerContext, type: ResourceType<T>, owner: Readable): readonly Pod[] {
  const controller = controllerOf(owner);
  if (!controller) return ctx.owned(core.Pod, owner);
  const siblings = ctx.lister(type).list(owner.metadata.namespace).filter((sibling) => controllerOf(sibling as Readable)?.uid === controller.uid);
  return siblings.flatMap((sibling) => ctx.owned(core.Pod, sibling as Readable));
}

/** Writes the status unless it says so already; after a lost race once more over the newer object. */
async function writeStatus<T extends ApiObject>(ctx: ControllerContext, type: ResourceType<T>, owner: Readable, old: ReplicaSetStatus, status: ReplicaSetStatus): Promise<void> {
  if (sameStatus(old, status)) return;
  const client = ctx.client.resource(type);
  const put = (obj: Readable) => client.subresource('status').update(keyOf(obj), { ...obj, status } as unknown as Draft<T>);
  try {
    await put(owner);
  } catch (error) {
    if (!isConflict(error)) throw error;
    await put((await client.get(keyOf(owner))) as Readable);
  }
}

async function reconcile<T extends ApiObject>(ctx: ControllerContext, kind: ReplicasKind<T>, key: Key): Promise<Result | void> {
  const found = ctx.lister(kind.type).get(key);
  if (!found) return ctx.expectations.forget(keyText(key));
  const owner = found as Readable;
  const mayAct = ctx.expectations.satisfied(keyText(key)) && owner.metadata.deletionTimestamp === undefined;
  const matches = kind.selector(found);
  const all = [...ctx.owned(core.Pod, owner), ...ctx.orphans(core.Pod, key.namespace)];
  const active = await claimObjects<core.Pod>(ctx, { owner, ownerType: kind.type, type: core.Pod, matches, candidates: all.filter(isPodActive) });
  const terminating = kind.countsTerminating ? ctx.owned(core.Pod, owner).filter((pod) => isPodTerminating(pod) && matches(pod.metadata.labels)) : undefined;
  const failure = mayAct ? await act(ctx, kind, found, active) : undefined;
  const now = ctx.now();
  const counted: Counted = { replicas: kind.replicas(found), minReadySeconds: kind.minReadySeconds(found), template: kind.template(found), generation: owner.metadata.generation, status: kind.status(found) };
  await writeStatus(ctx, kind.type, owner, counted.status, calculateStatus(counted, active, terminating, failure, now));
  if (failure !== undefined) throw failure;
  const requeueAfter = nextAvailability(active, counted.minReadySeconds, now);
  return requeueAfter === undefined ? undefined : { requeueAfter };
}

/** What went wrong, if anything. */
async function act<T extends ApiObject>(ctx: ControllerContext, kind: ReplicasKind<T>, found: DeepReadonly<T>, active: readonly Pod[]): Promise<unknown> {
  const owner = found as Readable;
  const replicas = kind.replicas(found);
  const related = active.length > replicas ? relatedPods(ctx, kind.type, owner) : [];
  const step = nextStep(replicas, active, related, ctx.now());
  try {
    if (step.create > 0) await createPods(ctx, kind.type, owner, kind.template(found), step.create);
    if (step.remove.length > 0) await deletePods(ctx, owner, step.remove);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** The sets that could adopt a pod without a controller. */
function adopters<T extends ApiObject>(kind: ReplicasKind<T>, pod: Pod, ctx: ControllerContext): Key[] {
  if (controllerOf(pod)) return [];
  return ctx.lister(kind.type).list(pod.metadata.namespace).filter((owner) => kind.selector(owner)(pod.metadata.labels)).map((owner) => keyOf(owner as Readable));
}

export function defineReplicasController<T extends ApiObject>(kind: ReplicasKind<T>): ControllerDefinition {
  return defineController<T>({
    name: kind.name,
    component: kind.component,
    for: kind.type,
    owns: [core.Pod],
    watches: [watch(core.Pod, (pod, ctx) => adopters(kind, pod, ctx))],
    reconcile: (ctx, key) => reconcile(ctx, kind, key),
  });
}

