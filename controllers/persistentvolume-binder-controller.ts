import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as storage from '../apimachinery/types/storage.gen.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { bind, BIND_COMPLETED, setClaimStatus, setVolumePhase } from './volume/binding.ts';
import { classOf, findVolume, isFor, type Claim, type Volume } from './volume/matching.ts';

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const OLD_PROVISIONER = 'volume.beta.kubernetes.io/storage-provisioner';
const RESYNC_MS = 15_000;

function pending(ctx: ControllerContext, claim: Claim): Promise<void> {
  return setClaimStatus(ctx, claim, { ...claim.status, phase: 'Pending' });
}

/** Marks the claim for the external provisioner that its class names, and says what is waited for. */
async function provision(ctx: ControllerContext, claim: Claim): Promise<Result | void> {
  const name = classOf(claim);
  const sc = ctx.lister(storage.StorageClass).get({ namespace: '', name });
  if (!sc) {
    ctx.recorder.event(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
    return { requeueAfter: RESYNC_MS };
  }
  if (sc.volumeBindingMode === 'WaitForFirstConsumer' && claim.metadata.annotations?.[SELECTED_NODE] === undefined) {
    ctx.recorder.event(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    return { requeueAfter: RESYNC_MS };
  }
  if (sc.provisioner === 'kubernetes.io/no-provisioner') {
    ctx.recorder.event(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    return { requeueAfter: RESYNC_MS };
  }
  if (claim.metadata.annotations?.[PROVISIONER] !== sc.provisioner) {
    const annotations = { ...claim.metadata.annotations, [PROVISIONER]: sc.provisioner, [OLD_PROVISIONER]: sc.provisioner };
    await ctx.client.resource(core.PersistentVolumeClaim).update({ ...claim, metadata: { ...claim.metadata, annotations } });
  }
  ctx.recorder.event(claim, 'Normal', 'ExternalProvisioning', `Waiting for a volume to be created either by the external provisioner '${sc.provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`);
}

async function unbound(ctx: ControllerContext, claim: Claim): Promise<Result | void> {
  const volume = findVolume(claim, ctx.lister(core.PersistentVolume).list());
  const sc = ctx.lister(storage.StorageClass).get({ namespace: '', name: classOf(claim) });
  const waits = sc?.volumeBindingMode === 'WaitForFirstConsumer' && claim.metadata.annotations?.[SELECTED_NODE] === undefined && volume?.spec.claimRef === undefined;
  if (volume && !waits) return bind(ctx, claim, volume);
  await pending(ctx, claim);
  if (classOf(claim) !== '') return provision(ctx, claim);
  ctx.recorder.event(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
  return { requeueAfter: RESYNC_MS };
}

async function named(ctx: ControllerContext, claim: Claim): Promise<Result | void> {
  const volume = ctx.lister(core.PersistentVolume).get({ namespace: '', name: claim.spec.volumeName ?? '' });
  const isBound = claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;
  if (!volume && !isBound) return pending(ctx, claim);
  if (!volume || (isBound && volume.spec.claimRef?.uid !== claim.metadata.uid)) {
    const [reason, message] = volume ? ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly'] : ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'];
    if (claim.status?.phase !== 'Lost') ctx.recorder.event(claim, 'Warning', reason ?? '', message ?? '');
    return setClaimStatus(ctx, claim, { ...claim.status, phase: 'Lost' });
  }
  if (!volume.spec.claimRef || isFor(volume, claim)) return bind(ctx, claim, volume);
  ctx.recorder.event(claim, 'Warning', 'FailedBinding', `volume "${volume.metadata.name}" already bound to a different claim.`);
  await pending(ctx, claim);
  return { requeueAfter: RESYNC_MS };
}

/** What happens to a volume whose claim is gone; deletion itself is its driver's. */
async function release(ctx: ControllerContext, volume: Volume): Promise<void> {
  const released = await setVolumePhase(ctx, volume, 'Released');
  if (released.spec.persistentVolumeReclaimPolicy !== 'Recycle') return;
  ctx.recorder.event(released, 'Warning', 'VolumeFailedRecycle', 'No recycler plugin found for the volume!');
  await setVolumePhase(ctx, released, 'Failed', 'No recycler plugin found for the volume!');
}

async function claimOf(ctx: ControllerContext, { namespace = '', name = '' }: NonNullable<Volume['spec']['claimRef']>): Promise<Claim | undefined> {
  const cached = ctx.lister(core.PersistentVolumeClaim).get({ namespace, name });
  if (cached) return cached;
  try {
    return await ctx.client.resource(core.PersistentVolumeClaim).get({ namespace, name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function syncVolume(ctx: ControllerContext, volume: Volume): Promise<void> {
  const ref = volume.spec.claimRef;
  if (!ref || (ref.uid ?? '') === '') return void (await setVolumePhase(ctx, volume, 'Available'));
  const claim = await claimOf(ctx, ref);
  if (claim?.metadata.uid === ref.uid) return ctx.enqueue({ namespace: ref.namespace ?? '', name: ref.name ?? '' });
  if (volume.status?.phase !== 'Released' && volume.status?.phase !== 'Failed') await release(ctx, volume);
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  if (key.namespace === '') {
    const volume = ctx.lister(core.PersistentVolume).get(key);
    return volume ? syncVolume(ctx, volume) : undefined;
  }
  const claim = ctx.lister(core.PersistentVolumeClaim).get(key);
  if (!claim || claim.metadata.deletionTimestamp !== undefined) return;
  return (claim.spec.volumeName ?? '') === '' ? unbound(ctx, claim) : named(ctx, claim);
}

/** Claims that wait may get what became free. */
const waiting = (ctx: ControllerContext): Key[] => ctx.lister(core.PersistentVolumeClaim).list().filter((claim) => (claim.spec.volumeName ?? '') === '').map(keyOf);

/** Behaves like upstream pkg/controller/volume/persistentvolume; volumes are made and deleted by external provisioners. */
export default defineController({
  name: 'persistentvolume-binder-controller',
  component: 'persistentvolume-controller',
  for: core.PersistentVolumeClaim,
  watches: [
    watch(core.PersistentVolume, (volume, ctx, { old, gone }) => {
      const ref = volume.spec.claimRef;
      const owner = ref ? [{ namespace: ref.namespace ?? '', name: ref.name ?? '' }] : [];
      const isFreed = volume.status?.phase === 'Available' && old?.status?.phase !== 'Available';
      return [...(gone ? [] : [keyOf(volume)]), ...owner, ...(isFreed ? waiting(ctx) : [])];
    }),
    watch(core.PersistentVolumeClaim, (claim, _, { gone }) => (gone && (claim.spec.volumeName ?? '') !== '' ? [{ namespace: '', name: claim.spec.volumeName ?? '' }] : [])),
    watch(storage.StorageClass, (sc, ctx) => ctx.lister(core.PersistentVolumeClaim).list().filter((claim) => (claim.spec.volumeName ?? '') === '' && classOf(claim) === sc.metadata.name).map(keyOf)),
  ],
  reconcile,
});
