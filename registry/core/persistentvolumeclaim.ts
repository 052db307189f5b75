/** PersistentVolumeClaims. Behaves like upstream pkg/registry/core/persistentvolumeclaim. */
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { accessModesText, storageClassOf } from './cells/volume.ts';
import { prepareClaimForCreate, prepareClaimForUpdate } from './claims.ts';
import { specStrategy, statusStrategy } from './strategies.ts';
import { validateClaimCreate, validateClaimStatusUpdate, validateClaimUpdate } from './validation/persistentvolumeclaim.ts';
import { claimMetadataWarnings, claimWarnings } from './warnings/persistentvolumeclaim.ts';

type Claim = DeepReadonly<core.PersistentVolumeClaim>;
const isBound = (claim: Claim): boolean => Boolean(claim.spec.volumeName);

export default defineResource<core.PersistentVolumeClaim>(core.PersistentVolumeClaim, {
  shortNames: ['pvc'],
  columns: [
    column('Status', (c) => (c.metadata.deletionTimestamp ? 'Terminating' : (c.status.phase ?? ''))),
    column('Volume', (c) => c.spec.volumeName ?? ''),
    column('Capacity', (c) => (isBound(c) ? (c.status.capacity?.['storage'] ?? '0') : '')),
    column('Access Modes', (c) => (isBound(c) ? accessModesText(c.status.accessModes) : '')),
    column<core.PersistentVolumeClaim>('StorageClass', storageClassOf),
    column('VolumeAttributesClass', (c) => c.spec.volumeAttributesClassName ?? '<unset>'),
    column('VolumeMode', (c) => c.spec.volumeMode ?? '<unset>'),
  ],
  strategy: specStrategy<core.PersistentVolumeClaim>(['v1'], {
    returnDeletedObject: true,
    generation: 'none',
    prepareForCreate(obj) {
      obj.status = { phase: 'Pending' };
      prepareClaimForCreate(obj.spec);
    },
    prepareForUpdate: (obj, old) => prepareClaimForUpdate(obj.spec, old.spec),
    metadata: { onUpdate: ['change', 'whole'] },
    validate: validateClaimCreate,
    validateUpdate: validateClaimUpdate,
    warningsOnCreate: (c) => [...claimMetadataWarnings(c.metadata), ...claimWarnings('spec', c.spec)],
    warningsOnUpdate: (c) => [...claimMetadataWarnings(c.metadata), ...claimWarnings('spec', c.spec)],
  }),
  subresources: { status: view(statusStrategy<core.PersistentVolumeClaim>(['v1'], { validateUpdate: validateClaimStatusUpdate })) },
});
