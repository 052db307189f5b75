/** ReplicaSets. Behaves like upstream pkg/registry/apps/replicaset. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import { containerImages, containerNames } from '../core/cells/containers.ts';
import { formatLabelSelector, selectorText } from '../core/cells/selector.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { nameWarnings } from '../core/warnings/name.ts';
import { templateWarnings } from '../core/warnings/pod.ts';
import { column, defineResource, scale, view } from '../generic/define.ts';
import { validateReplicaSet, validateReplicaSetStatusUpdate, validateReplicaSetUpdate } from './validation/replicaset.ts';

export default defineResource<apps.ReplicaSet>(apps.ReplicaSet, {
  shortNames: ['rs'],
  categories: ['all'],
  columns: [
    column('Desired', (rs) => rs.spec.replicas ?? 0),
    column('Current', (rs) => rs.status.replicas ?? 0),
    column('Ready', (rs) => rs.status.readyReplicas ?? 0),
    column('Containers', (rs) => containerNames(rs.spec.template?.spec.containers)),
    column('Images', (rs) => containerImages(rs.spec.template?.spec.containers)),
    column('Selector', (rs) => formatLabelSelector(rs.spec.selector)),
  ],
  strategy: specStrategy<apps.ReplicaSet>(['apps/v1'], {
    template: (obj) => obj.spec.template,
    metadata: { onUpdate: ['change'] },
    validate: validateReplicaSet,
    validateUpdate: validateReplicaSetUpdate,
    warningsOnCreate: (rs) => [...nameWarnings(rs), ...templateWarnings(rs.spec.template)],
    warningsOnUpdate: (rs, old) =>
      rs.metadata.generation === old.metadata.generation ? [] : templateWarnings(rs.spec.template, old.spec.template),
  }),
  subresources: {
    status: view(statusStrategy<apps.ReplicaSet>(['apps/v1'], { validateUpdate: validateReplicaSetStatusUpdate })),
    scale: scale<apps.ReplicaSet>({ selector: (rs) => selectorText(rs.spec.selector) ?? '' }),
  },
});
