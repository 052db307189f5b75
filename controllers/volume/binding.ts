/** The writes that bind a claim and a volume to each other. Behaves like upstream pkg/controller/volume/persistentvolume/pv_controller.go bind. */
import { keyOf } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { ControllerContext } from '../framework/definition.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import type { Claim, Volume } from './matching.ts';

const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';

type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed' | 'Pending';

export async function setVolumePhase(ctx: ControllerContext, volume: Volume, phase: VolumePhase, message = ''): Promise<Volume> {
  if (volume.status?.phase === phase && (volume.status.message ?? '') === message) return volume;
  const { message: _, ...status } = volume.status ?? {};
  return ctx.client.resource(core.PersistentVolume).subresource<core.PersistentVolume>('status').update(keyOf(volume), { ...volume, status: { ...status, phase, ...(message !== '' && { message }) } });
}

export async function setClaimStatus(ctx: ControllerContext, claim: Claim, status: Claim['status']): Promise<void> {
  if (semanticEqual(claim.status, status)) return;
  await ctx.client.resource(core.PersistentVolumeClaim).subresource<core.PersistentVolumeClaim>('status').update(keyOf(claim), { ...claim, status });
}

/** The volume names the claim; what the user had set already is left. */
async function claimVolume(ctx: ControllerContext, volume: Volume, claim: Claim): Promise<Volume> {
  if (volume.spec.claimRef?.uid === claim.metadata.uid) return volume;
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
  const annotations = volume.spec.claimRef ? volume.metadata.annotations : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  return ctx.client.resource(core.PersistentVolume).update({ ...volume, metadata: { ...volume.metadata, ...(annotations && { annotations }) }, spec: { ...volume.spec, claimRef } });
}

async function nameVolume(ctx: ControllerContext, claim: Claim, volume: Volume): Promise<Claim> {
  const isNamed = claim.spec.volumeName === volume.metadata.name;
  if (isNamed && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined) return claim;
  const annotations = { ...claim.metadata.annotations, ...(!isNamed && { [BOUND_BY_CONTROLLER]: 'yes' }), [BIND_COMPLETED]: 'yes' };
  return ctx.client.resource(core.PersistentVolumeClaim).update({ ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...claim.spec, volumeName: volume.metadata.name } });
}

/** Volume first, claim second, each with its status: a crash in between is mended by the next pass. */
export async function bind(ctx: ControllerContext, claim: Claim, volume: Volume): Promise<void> {
  const claimed = await setVolumePhase(ctx, await claimVolume(ctx, volume, claim), 'Bound');
  const named = await nameVolume(ctx, claim, claimed);
  const { accessModes, capacity, volumeAttributesClassName } = claimed.spec;
  await setClaimStatus(ctx, named, { ...named.status, phase: 'Bound', ...(accessModes && { accessModes }), ...(capacity && { capacity }), ...(volumeAttributesClassName !== undefined && { currentVolumeAttributesClassName: volumeAttributesClassName }) });
}
