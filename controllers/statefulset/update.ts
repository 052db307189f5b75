/** One pass over a StatefulSet's pods, in order. Behaves like upstream pkg/controller/statefulset/stateful_set_control.go. */
import { isAlreadyExists, isNotFound } from '../../apimachinery/errors.ts';
import { keyOf } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { Draft } from '../../apimachinery/types/type.ts';
import type { ControllerContext } from '../framework/definition.ts';
import { slowStartBatch } from '../framework/slow-start.ts';
import { messageOf } from '../framework/status-errors.ts';
import { isPodTerminal, type Pod } from '../pods/conditions.ts';
import type { PodTemplate } from '../pods/control.ts';
import { ensureClaims, followRetentionPolicy } from './claims.ts';
import { identityMatches, isInRange, isParallel, newPod, ordinalOf, repaired, replicasOf, revisionOf, startOf, storageMatches, type StatefulSet } from './identity.ts';
import { isAvailable, isReady } from './status.ts';

export interface Pass {
  readonly set: StatefulSet;
  readonly pods: readonly Pod[];
  readonly current: { readonly name: string; readonly template: PodTemplate };
  readonly update: { readonly name: string; readonly template: PodTemplate };
}

interface Slot {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

/** Stop the pass here: the next pod has to wait for this one. */
type Verdict = 'stop' | 'go on';

async function reported(ctx: ControllerContext, set: StatefulSet, verb: 'Create' | 'Update' | 'Delete', pod: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(verb === 'Create' && isAlreadyExists(error))) ctx.recorder.event(set, 'Warning', `Failed${verb}`, `${verb} Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`);
    throw error;
  }
  ctx.recorder.event(set, 'Normal', `Successful${verb}`, `${verb} Pod ${pod} in StatefulSet ${set.metadata.name} successful`);
}

function deletePod(ctx: ControllerContext, set: StatefulSet, pod: Pod): Promise<void> {
  return reported(ctx, set, 'Delete', pod.metadata.name, () => ctx.client.resource(core.Pod).delete(keyOf(pod)));
}

/** A rollout with a partition leaves low ordinals at the old revision, also when they are made anew. */
function podFor({ set, current, update }: Pass, ordinal: number): Draft<core.Pod> {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const isOld = type === 'RollingUpdate' && (rollingUpdate === undefined ? ordinal < startOf(set) + (set.status?.currentReplicas ?? 0) : ordinal < startOf(set) + (rollingUpdate.partition ?? 0));
  return isOld ? newPod(set, current.template, current.name, ordinal) : newPod(set, update.template, update.name, ordinal);
}

async function createPod(ctx: ControllerContext, pass: Pass, ordinal: number): Promise<void> {
  const { set } = pass;
  const pod = podFor(pass, ordinal);
  await reported(ctx, set, 'Create', pod.metadata?.name ?? '', async () => {
    await ensureClaims(ctx, set, ordinal);
    await ctx.client.resource(core.Pod).create(pod);
  });
  await followRetentionPolicy(ctx, set, undefined, ordinal);
}

async function keepReplica(ctx: ControllerContext, pass: Pass, { ordinal, pod }: Slot, now: number): Promise<Verdict> {
  const { set } = pass;
  const monotonic = !isParallel(set);
  if (!pod) {
    await createPod(ctx, pass, ordinal);
    return monotonic ? 'stop' : 'go on';
  }
  if (isPodTerminal(pod)) {
    if (pod.metadata.deletionTimestamp === undefined) await deletePod(ctx, set, pod);
    return 'stop';
  }
  if (pod.status.phase === 'Pending') {
    await ensureClaims(ctx, set, ordinal);
    await followRetentionPolicy(ctx, set, pod, ordinal);
  }
  if (monotonic && (pod.metadata.deletionTimestamp !== undefined || !isReady(pod) || !isAvailable(set, pod, now))) return 'stop';
  await followRetentionPolicy(ctx, set, pod, ordinal);
  if (!identityMatches(pod) || !storageMatches(set, pod, ordinal)) {
    await ensureClaims(ctx, set, ordinal);
    await reported(ctx, set, 'Update', pod.metadata.name, () => ctx.client.resource(core.Pod).update(repaired(set, pod, ordinal)));
  }
  return 'go on';
}

/** Pods beyond the size go from the highest ordinal down, each only after those above are gone and while the rest is healthy. */
async function condemn(ctx: ControllerContext, { set }: Pass, pod: Pod, firstUnavailable: Pod | undefined, now: number): Promise<Verdict> {
  const monotonic = !isParallel(set);
  if (pod.metadata.deletionTimestamp !== undefined) return monotonic ? 'stop' : 'go on';
  if (monotonic && (!isReady(pod) || !isAvailable(set, pod, now)) && pod !== firstUnavailable) return 'stop';
  await deletePod(ctx, set, pod);
  return 'stop';
}

/** In order until one says stop, or (Parallel) all. */
async function runForAll<T>(items: readonly T[], monotonic: boolean, fn: (item: T) => Promise<Verdict>): Promise<Verdict> {
  if (!monotonic) {
    const { error } = await slowStartBatch(items.length, async (i) => void (await fn(items[i] as T)));
    if (error !== undefined) throw error;
    return 'go on';
  }
  for (const item of items) if ((await fn(item)) === 'stop') return 'stop';
  return 'go on';
}

/** From the highest ordinal down, one at a time: the next only after the one above is available again. */
async function rollOut(ctx: ControllerContext, { set, update }: Pass, slots: readonly Slot[], now: number): Promise<void> {
  if (set.spec.updateStrategy?.type === 'OnDelete') return;
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const { pod } of slots.slice(partition).reverse()) {
    if (!pod) return;
    if (revisionOf(pod) !== update.name && pod.metadata.deletionTimestamp === undefined) {
      try {
        await deletePod(ctx, set, pod);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return;
    }
    if (!isAvailable(set, pod, now)) return;
  }
}

export async function updateStatefulSet(ctx: ControllerContext, pass: Pass): Promise<void> {
  const { set, pods } = pass;
  if (set.metadata.deletionTimestamp !== undefined) return;
  const now = ctx.now();
  const monotonic = !isParallel(set);
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const slots: Slot[] = Array.from({ length: replicasOf(set) }, (_, i) => ({ ordinal: startOf(set) + i, pod: byOrdinal.get(startOf(set) + i) }));
  const condemned = [...byOrdinal].filter(([ordinal]) => ordinal >= 0 && !isInRange(set, ordinal)).sort(([a], [b]) => b - a).map(([ordinal, pod]) => ({ ordinal, pod }));
  const existing = [...slots.flatMap(({ pod }) => (pod ? [pod] : [])), ...[...condemned].reverse().map(({ pod }) => pod)];
  const firstUnavailable = slots.some(({ pod }) => !pod) ? undefined : existing.find((pod) => !isAvailable(set, pod, now));
  if ((await runForAll(slots, monotonic, (slot) => keepReplica(ctx, pass, slot, now))) === 'stop') return;
  for (const { ordinal, pod } of condemned) await followRetentionPolicy(ctx, set, pod, ordinal);
  if ((await runForAll(condemned, monotonic, ({ pod }) => condemn(ctx, pass, pod, firstUnavailable, now))) === 'stop') return;
  await rollOut(ctx, pass, slots, now);
}
