/** PersistentVolumes. Behaves like upstream pkg/registry/core/persistentvolume. */
import { rfc3339 } from '../../component-base/clock.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { accessModesText, storageClassOf } from './cells/volume.ts';
import { specStrategy, statusStrategy } from './strategies.ts';
import {
  validatePersistentVolumeAndPlugin,
  validatePersistentVolumeStatusUpdate,
  validatePersistentVolumeUpdate,
} from './validation/persistentvolume.ts';
import { persistentVolumeWarnings } from './warnings/persistentvolume.ts';

function trackPhase(obj: core.PersistentVolume, old: core.PersistentVolume, now: string): void {
  const time = obj.status.lastPhaseTransitionTime;
  const before = old.status.lastPhaseTransitionTime;
  const isSamePhase = obj.status.phase === old.status.phase;
  if (isSamePhase && time === undefined && before !== undefined) obj.status.lastPhaseTransitionTime = before;
  if (!isSamePhase && (time === undefined || time === before)) obj.status.lastPhaseTransitionTime = now;
}

export default defineResource<core.PersistentVolume>(core.PersistentVolume, {
  shortNames: ['pv'],
  columns: [
    column('Capacity', (pv) => pv.spec.capacity?.['storage'] ?? '0'),
    column('Access Modes', (pv) => accessModesText(pv.spec.accessModes)),
    column('Reclaim Policy', (pv) => pv.spec.persistentVolumeReclaimPolicy ?? ''),
    column('Status', (pv) => (pv.metadata.deletionTimestamp ? 'Terminating' : (pv.status.phase ?? ''))),
    column('Claim', ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : '')),
    column<core.PersistentVolume>('StorageClass', storageClassOf),
    column('VolumeAttributesClass', (pv) => pv.spec.volumeAttributesClassName ?? '<unset>'),
    column('Reason', (pv) => pv.status.reason ?? ''),
    column('VolumeMode', (pv) => pv.spec.volumeMode ?? '<unset>'),
  ],
  strategy: specStrategy<core.PersistentVolume>(['v1'], {
    returnDeletedObject: true,
    generation: 'none',
    prepareForCreate(obj, ctx) {
      obj.status = { phase: 'Pending', lastPhaseTransitionTime: rfc3339(ctx.clock.now()) };
    },
    metadata: { onUpdate: 'placed' },
    validate: validatePersistentVolumeAndPlugin,
    validateUpdate: validatePersistentVolumeUpdate,
    warningsOnCreate: persistentVolumeWarnings,
    warningsOnUpdate: persistentVolumeWarnings,
  }),
  subresources: {
    status: view(
      statusStrategy<core.PersistentVolume>(['v1'], {
        prepareForUpdate: (obj, old, ctx) => trackPhase(obj, old, rfc3339(ctx.clock.now())),
        validateUpdate: validatePersistentVolumeStatusUpdate,
      }),
    ),
  },
});
