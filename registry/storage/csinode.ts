/** CSINodes. Behaves like upstream pkg/registry/storage/csinode. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateCSINode, validateCSINodeUpdate } from './validation/csinode.ts';

export default defineResource<storage.CSINode>(storage.CSINode, {
  columns: [column('Drivers', (n) => (n.spec.drivers ?? []).length)],
  strategy: {
    returnDeletedObject: true,
    allowUnconditionalUpdate: false,
    metadata: { onUpdate: 'placed' },
    validate: validateCSINode,
    validateUpdate: validateCSINodeUpdate,
  },
});
