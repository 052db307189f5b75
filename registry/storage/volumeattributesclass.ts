/** VolumeAttributesClasses. Behaves like upstream pkg/registry/storage/volumeattributesclass. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateVolumeAttributesClass, validateVolumeAttributesClassUpdate } from './validation/volumeattributesclass.ts';

export default defineResource<storage.VolumeAttributesClass>(storage.VolumeAttributesClass, {
  shortNames: ['vac'],
  readable: ['storage.k8s.io/v1beta1'],
  columns: [column('DriverName', (c) => c.driverName)],
  strategy: {
    returnDeletedObject: true,
    metadata: { onUpdate: 'placed' },
    validate: validateVolumeAttributesClass,
    validateUpdate: validateVolumeAttributesClassUpdate,
  },
});
