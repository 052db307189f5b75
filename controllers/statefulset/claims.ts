/** The persistent volume claims of a StatefulSet's pods: made before the pod, kept or deleted as the retention policy says. Behaves like upstream pkg/controller/statefulset/stateful_pod_control.go. */
import { isAlreadyExists } from '../../apimachinery/errors.ts';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { OwnerReference } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ControllerContext } from '../framework/definition.ts';
import { controllerRef } from '../framework/owners.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { messageOf } from '../framework/status-errors.ts';
import type { Pod } from '../pods/conditions.ts';
import { claimName, claimsOf, isInRange, type StatefulSet } from './identity.ts';

type Owner = DeepReadonly<OwnerReference>;

/** Throws when a claim cannot be made or is being deleted: then the pod must wait. */
export async function ensureClaims(ctx: ControllerContext, set: StatefulSet, ordinal: number): Promise<void> {
  const pod = `${set.metadata.name}-${ordinal}`;
  for (const claim of claimsOf(set, ordinal).values()) {
    const name = claim.metadata?.name ?? '';
    const known = ctx.lister(core.PersistentVolumeClaim).get({ namespace: set.metadata.namespace, name });
    if (known?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
    if (known) continue;
    try {
      await ctx.client.resource(core.PersistentVolumeClaim).create(claim);
      ctx.recorder.event(set, 'Normal', 'SuccessfulCreate', `Create Claim ${name} Pod ${pod} in StatefulSet ${set.metadata.name} success`);
    } catch (error) {
      if (isAlreadyExists(error)) continue;
      ctx.recorder.event(set, 'Warning', 'FailedCreate', `Create Claim ${name} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${messageOf(error)}`);
      throw error;
    }
  }
}

/** The owners that the policy gives a claim: the set (deleted with it), its pod (deleted when scaled down), or none of ours. */
export function ownersByPolicy(set: StatefulSet, pod: Pod | undefined, ordinal: number, owners: readonly Owner[]): readonly Owner[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const isOurs = (ref: Owner): boolean => (ref.kind === 'StatefulSet' && ref.name === set.metadata.name) || (ref.kind === 'Pod' && ref.name === `${set.metadata.name}-${ordinal}`);
  const others = owners.filter((ref) => !isOurs(ref));
  if (others.some((ref) => ref.controller === true)) return others;
  const scaledDown = !isInRange(set, ordinal);
  if (whenScaled === 'Delete' && scaledDown) return pod ? [...others, controllerRef(pod, core.Pod)] : others;
  return whenDeleted === 'Delete' ? [...others, controllerRef(set, apps.StatefulSet)] : others;
}

export async function followRetentionPolicy(ctx: ControllerContext, set: StatefulSet, pod: Pod | undefined, ordinal: number): Promise<void> {
  for (const { metadata } of set.spec.volumeClaimTemplates ?? []) {
    const claim = ctx.lister(core.PersistentVolumeClaim).get({ namespace: set.metadata.namespace, name: claimName(set, metadata.name, ordinal) });
    if (!claim) continue;
    const before = claim.metadata.ownerReferences ?? [];
    const ownerReferences = ownersByPolicy(set, pod, ordinal, before);
    if (semanticEqual(before, ownerReferences)) continue;
    await ctx.client.resource(core.PersistentVolumeClaim).update({ ...claim, metadata: { ...claim.metadata, ownerReferences } });
  }
}
