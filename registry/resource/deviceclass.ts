/** DeviceClasses. Behaves like upstream pkg/registry/resource/deviceclass. */
import * as resource from '../../apimachinery/types/resource.gen.ts';
import { generationStrategy } from '../core/strategies.ts';
import { defineResource } from '../generic/define.ts';
import { validateDeviceClass, validateDeviceClassUpdate } from './validation/deviceclass.ts';

/** DRAExtendedResource is off. */
function dropDisabled({ spec }: resource.DeviceClass, old?: resource.DeviceClass): void {
  if (old?.spec.extendedResourceName === undefined) delete spec.extendedResourceName;
}

export default defineResource<resource.DeviceClass>(resource.DeviceClass, {
  strategy: generationStrategy<resource.DeviceClass>({
    returnDeletedObject: true,
    prepareForCreate: (obj) => dropDisabled(obj),
    prepareForUpdate: dropDisabled,
    validatesGenerateName: false,
    metadata: { onUpdate: ['whole', 'change'] },
    validate: validateDeviceClass,
    validateUpdate: validateDeviceClassUpdate,
  }),
});
