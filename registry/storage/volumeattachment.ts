/** VolumeAttachments. Behaves like upstream pkg/registry/storage/volumeattachment. */
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { metadataKeepingStatusStrategy, specStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validation/volumeattachment.ts';

const VERSIONS = ['storage.k8s.io/v1'];

export default defineResource<storage.VolumeAttachment>(storage.VolumeAttachment, {
  columns: [
    column('Attacher', (a) => a.spec.attacher),
    column('PV', (a) => a.spec.source.persistentVolumeName ?? ''),
    column('Node', (a) => a.spec.nodeName),
    column('Attached', (a) => a.status.attached ?? false),
  ],
  strategy: specStrategy<storage.VolumeAttachment>(VERSIONS, {
    returnDeletedObject: true,
    generation: 'none',
    allowUnconditionalUpdate: false,
    metadata: { onUpdate: ['whole'] },
    validate: validateVolumeAttachment,
    validateUpdate: validateVolumeAttachmentUpdate,
  }),
  subresources: {
    status: view(metadataKeepingStatusStrategy<storage.VolumeAttachment>(VERSIONS, { metadata: { onUpdate: ['whole'] }, validateUpdate: validateVolumeAttachmentUpdate })),
  },
});
