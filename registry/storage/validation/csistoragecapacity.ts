/** CSIStorageCapacities. Behaves like upstream pkg/apis/storage/validation/validation.go (ValidateCSIStorageCapacity). */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { CSIStorageCapacity } from '../../../apimachinery/types/storage.gen.ts';
import { Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { immutable, labelSelector } from '../../core/validation/fields.ts';
import { each, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { nonNegativeQuantity } from '../../core/validation/resource-names.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const TOPOLOGY = Path.of('nodeTopology');
const CLASS = Path.of('storageClassName');

function check(c: CSIStorageCapacity, allowInvalidLabelValue: boolean): FieldError[] {
  const name = c.storageClassName ?? '';
  return [
    ...labelSelector(c.nodeTopology, TOPOLOGY, { allowInvalidLabelValue }),
    ...each(CLASS, name, nameIsDNSSubdomain(name)),
    ...(c.capacity === undefined ? [] : nonNegativeQuantity(parseQuantity(c.capacity), Path.of('capacity'))),
  ];
}

export const validateCSIStorageCapacity = (c: CSIStorageCapacity): ErrorList => check(c, false);

export function validateCSIStorageCapacityUpdate(
  c: CSIStorageCapacity,
  old: CSIStorageCapacity,
  _ctx: RequestContext,
  metadata: MetadataErrors,
): ErrorList {
  return [
    ...metadata.whole(),
    ...check(c, labelSelector(old.nodeTopology, TOPOLOGY).length > 0),
    ...metadata.change(),
    ...immutable(c.nodeTopology, old.nodeTopology, TOPOLOGY),
    ...immutable(c.storageClassName, old.storageClassName, CLASS),
  ];
}
