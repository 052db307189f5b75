/** Defaults of the storage group. Behaves like upstream pkg/apis/storage/v1/defaults.go. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(storage.StorageClass, (sc) => {
    sc.reclaimPolicy ??= 'Delete';
    sc.volumeBindingMode ??= 'Immediate';
  }),
  defineDefaults(storage.CSIDriver, ({ spec }) => {
    spec.attachRequired ??= true;
    spec.podInfoOnMount ??= false;
    spec.storageCapacity ??= false;
    spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
    if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent'];
    spec.requiresRepublish ??= false;
    spec.seLinuxMount ??= false;
  }),
];
