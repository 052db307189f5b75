/** CSIDrivers. Behaves like upstream pkg/registry/storage/csidriver. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { semanticEqual } from '../core/equality.ts';
import { column, defineResource } from '../generic/define.ts';
import { validateCSIDriver, validateCSIDriverUpdate } from './validation/csidriver.ts';

const RECOMMENDED =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

const lacksChoice = ({ spec }: storage.CSIDriver): boolean =>
  (spec.tokenRequests ?? []).length > 0 && spec.serviceAccountTokenInSecrets === undefined;

export default defineResource<storage.CSIDriver>(storage.CSIDriver, {
  columns: [
    column('AttachRequired', (d) => d.spec.attachRequired ?? true),
    column('PodInfoOnMount', (d) => d.spec.podInfoOnMount ?? false),
    column('StorageCapacity', (d) => d.spec.storageCapacity ?? false),
    column('TokenRequests', (d) => (d.spec.tokenRequests ? d.spec.tokenRequests.map((t) => t.audience).join(',') : '<unset>')),
    column('RequiresRepublish', (d) => d.spec.requiresRepublish ?? false),
    column('Modes', (d) => (d.spec.volumeLifecycleModes ?? []).join(',') || '<none>'),
  ],
  strategy: {
    returnDeletedObject: true,
    allowUnconditionalUpdate: false,
    prepareForUpdate(obj, old) {
      if (!semanticEqual(obj.spec, old.spec)) obj.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
    },
    metadata: { onUpdate: ['change'] },
    validate: validateCSIDriver,
    validateUpdate: validateCSIDriverUpdate,
    warningsOnCreate: (d) => (lacksChoice(d) ? [RECOMMENDED] : []),
    warningsOnUpdate: (d, old) => (lacksChoice(d) && !semanticEqual(d.spec.tokenRequests, old.spec.tokenRequests) ? [RECOMMENDED] : []),
  },
});
