/** DeviceClasses. Behaves like upstream pkg/apis/resource/validation/validation.go (ValidateDeviceClass). */
import type { DeviceClass } from '../../../apimachinery/types/resource.gen.ts';
import { invalid, Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { isExtendedResource } from '../../core/validation/resource-names.ts';
import { configuration, selectors } from './claim-spec.ts';
import { limited } from './names.ts';

const SPEC = Path.of('spec');
const MOST_CONFIGS = 32;

export function validateDeviceClass({ spec }: DeviceClass): ErrorList {
  const name = spec.extendedResourceName;
  const isWrong = name !== undefined && !isExtendedResource(name);
  return [
    ...selectors(spec.selectors, SPEC.child('selectors')),
    ...limited(spec.config, MOST_CONFIGS, (c, at) => configuration(c.opaque, at), SPEC.child('config')),
    ...(isWrong ? [invalid(SPEC.child('extendedResourceName'), name, 'must be a valid extended resource name')] : []),
  ];
}

export const validateDeviceClassUpdate = (c: DeviceClass, _old: DeviceClass): ErrorList => validateDeviceClass(c);
