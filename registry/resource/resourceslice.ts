/** ResourceSlices. Behaves like upstream pkg/registry/resource/resourceslice. */
import * as resource from '../../apimachinery/types/resource.gen.ts';
import { semanticEqual } from '../core/equality.ts';
import { column, defineResource, selectable } from '../generic/define.ts';
import { dropDisabledSliceFields } from './disabled-fields.ts';
import { validateResourceSlice, validateResourceSliceUpdate } from './validation/resourceslice.ts';

function warnings({ spec: { driver } }: resource.ResourceSlice): readonly string[] {
  return driver === driver.toLowerCase()
    ? []
    : [`spec.driver: driver names should be lowercase; ${JSON.stringify(driver)} contains uppercase characters`];
}

export default defineResource<resource.ResourceSlice>(resource.ResourceSlice, {
  columns: [column('Node', (s) => s.spec.nodeName ?? ''), column('Driver', (s) => s.spec.driver), column('Pool', (s) => s.spec.pool.name)],
  selectableFields: [
    selectable<resource.ResourceSlice>('spec.nodeName', (s) => s.spec.nodeName),
    selectable<resource.ResourceSlice>('spec.driver', (s) => s.spec.driver),
  ],
  strategy: {
    returnDeletedObject: true,
    prepareForCreate(obj) {
      obj.metadata.generation = 1;
      dropDisabledSliceFields(obj);
    },
    prepareForUpdate(obj, old) {
      if (!semanticEqual(obj.spec, old.spec)) obj.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
      dropDisabledSliceFields(obj, old);
    },
    metadata: { onUpdate: ['change'] },
    validate: validateResourceSlice,
    validateUpdate: validateResourceSliceUpdate,
    warningsOnCreate: warnings,
    warningsOnUpdate: warnings,
  },
});
