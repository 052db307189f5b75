/** ReplicationControllers. Behaves like upstream pkg/registry/core/replicationcontroller. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource, scale, selectable, view } from '../generic/define.ts';
import { containerImages, containerNames } from './cells/containers.ts';
import { formatLabels, labelsText } from './cells/selector.ts';
import { specStrategy, statusStrategy } from './strategies.ts';
import {
  validateReplicationController,
  validateReplicationControllerStatusUpdate,
  validateReplicationControllerUpdate,
} from './validation/replicationcontroller.ts';
import { nameWarnings } from './warnings/name.ts';
import { templateWarnings } from './warnings/pod.ts';

export default defineResource<core.ReplicationController>(core.ReplicationController, {
  storagePath: 'controllers',
  shortNames: ['rc'],
  categories: ['all'],
  columns: [
    column('Desired', (rc) => rc.spec.replicas ?? 0),
    column('Current', (rc) => rc.status.replicas ?? 0),
    column('Ready', (rc) => rc.status.readyReplicas ?? 0),
    column('Containers', (rc) => containerNames(rc.spec.template?.spec.containers)),
    column('Images', (rc) => containerImages(rc.spec.template?.spec.containers)),
    column('Selector', (rc) => formatLabels(rc.spec.selector)),
  ],
  selectableFields: [selectable<core.ReplicationController>('status.replicas', (rc) => String(rc.status.replicas ?? 0))],
  strategy: specStrategy<core.ReplicationController>(['v1'], {
    template: (obj) => obj.spec.template,
    defaultGarbageCollectionPolicy: () => 'Orphan',
    validatesGenerateName: false,
    metadata: { onUpdate: ['change'] },
    validate: validateReplicationController,
    validateUpdate: validateReplicationControllerUpdate,
    warningsOnCreate: (rc) => [...nameWarnings(rc), ...templateWarnings(rc.spec.template)],
    /** Upstream compares them the wrong way round. */
    warningsOnUpdate: (rc, old) =>
      rc.metadata.generation === old.metadata.generation ? [] : templateWarnings(old.spec.template, rc.spec.template),
  }),
  subresources: {
    status: view(statusStrategy<core.ReplicationController>(['v1'], { validateUpdate: validateReplicationControllerStatusUpdate })),
    scale: scale<core.ReplicationController>({ selector: (rc) => labelsText(rc.spec.selector) }),
  },
});
