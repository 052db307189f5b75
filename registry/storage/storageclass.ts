/** StorageClasses. Behaves like upstream pkg/registry/storage/storageclass. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateStorageClass, validateStorageClassUpdate } from './validation/storageclass.ts';
import { storageClassWarnings } from './warnings.ts';

const DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];
const isDefault = (sc: DeepReadonly<storage.StorageClass>): boolean => DEFAULT.some((a) => sc.metadata.annotations?.[a] === 'true');

export default defineResource<storage.StorageClass>(storage.StorageClass, {
  shortNames: ['sc'],
  columns: [
    column('Name', (sc) => (isDefault(sc) ? `${sc.metadata.name} (default)` : sc.metadata.name)),
    column('Provisioner', (sc) => sc.provisioner),
    column('ReclaimPolicy', (sc) => sc.reclaimPolicy ?? 'Delete'),
    column('VolumeBindingMode', (sc) => sc.volumeBindingMode ?? 'Immediate'),
    column('AllowVolumeExpansion', (sc) => sc.allowVolumeExpansion ?? false),
  ],
  strategy: {
    returnDeletedObject: true,
    metadata: { onUpdate: 'placed' },
    validate: validateStorageClass,
    validateUpdate: validateStorageClassUpdate,
    warningsOnCreate: storageClassWarnings,
    warningsOnUpdate: storageClassWarnings,
  },
});
