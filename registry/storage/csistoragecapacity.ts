/** CSIStorageCapacities. Behaves like upstream pkg/registry/storage/csistoragecapacity. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { defineResource } from '../generic/define.ts';
import { csiStorageCapacityWarnings } from './warnings.ts';
import { validateCSIStorageCapacity, validateCSIStorageCapacityUpdate } from './validation/csistoragecapacity.ts';

export default defineResource<storage.CSIStorageCapacity>(storage.CSIStorageCapacity, {
  strategy: {
    allowUnconditionalUpdate: false,
    metadata: { onUpdate: 'placed' },
    validate: validateCSIStorageCapacity,
    validateUpdate: validateCSIStorageCapacityUpdate,
    warningsOnCreate: csiStorageCapacityWarnings,
    warningsOnUpdate: csiStorageCapacityWarnings,
  },
});
