/** VolumeAttributesClasses. Behaves like upstream pkg/apis/storage/validation/validation.go (ValidateVolumeAttributesClass). */
import type { VolumeAttributesClass } from '../../../apimachinery/types/storage.gen.ts';
import { Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { driver, parameters, unchanged } from './parameters.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

export function validateVolumeAttributesClass(c: VolumeAttributesClass): ErrorList {
  return [...driver(c.driverName, Path.of('driverName')), ...parameters(c.parameters, Path.of('parameters'), true)];
}

export function validateVolumeAttributesClassUpdate(
  c: VolumeAttributesClass,
  old: VolumeAttributesClass,
  _ctx: RequestContext,
  metadata: MetadataErrors,
): ErrorList {
  return [
    ...metadata.change(),
    ...unchanged('driverName', c.driverName, old.driverName),
    ...unchanged('parameters', c.parameters ?? {}, old.parameters ?? {}),
    ...metadata.whole(),
    ...validateVolumeAttributesClass(c),
  ];
}
