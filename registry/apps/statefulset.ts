/** StatefulSets. Behaves like upstream pkg/registry/apps/statefulset. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import { containerImages, containerNames } from '../core/cells/containers.ts';
import { selectorText } from '../core/cells/selector.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { nameIsDNSLabel } from '../core/validation/format.ts';
import { claimWarnings } from '../core/warnings/persistentvolumeclaim.ts';
import { templateWarnings } from '../core/warnings/pod.ts';
import { column, defineResource, scale, view } from '../generic/define.ts';
import { validateStatefulSet, validateStatefulSetStatusUpdate, validateStatefulSetUpdate } from './validation/statefulset.ts';

/** MaxUnavailableStatefulSet is off. */
function dropMaxUnavailable(obj: apps.StatefulSet, old?: apps.StatefulSet): void {
  if (old?.spec.updateStrategy?.rollingUpdate?.maxUnavailable !== undefined) return;
  delete obj.spec.updateStrategy?.rollingUpdate?.maxUnavailable;
}

export default defineResource<apps.StatefulSet>(apps.StatefulSet, {
  shortNames: ['sts'],
  categories: ['all'],
  columns: [
    column('Ready', (s) => `${s.status.readyReplicas ?? 0}/${s.spec.replicas ?? 0}`),
    column('Containers', (s) => containerNames(s.spec.template.spec.containers)),
    column('Images', (s) => containerImages(s.spec.template.spec.containers)),
  ],
  strategy: specStrategy<apps.StatefulSet>(['apps/v1'], {
    template: (obj) => obj.spec.template,
    prepareForCreate: (obj) => dropMaxUnavailable(obj),
    prepareForUpdate: dropMaxUnavailable,
    metadata: { onUpdate: ['change'] },
    validateName: nameIsDNSLabel,
    validate: validateStatefulSet,
    validateUpdate: validateStatefulSetUpdate,
    warningsOnCreate: (s) => [...templateWarnings(s.spec.template), ...storageWarnings(s, ''), ...numberWarnings(s)],
    warningsOnUpdate: (s, old) => [
      ...(s.metadata.generation === old.metadata.generation ? [] : templateWarnings(s.spec.template, old.spec.template)),
      ...storageWarnings(s, '.Spec'),
      ...numberWarnings(s),
    ],
  }),
  subresources: {
    status: view(statusStrategy<apps.StatefulSet>(['apps/v1'], { validateUpdate: validateStatefulSetStatusUpdate })),
    scale: scale<apps.StatefulSet>({ selector: (s) => selectorText(s.spec.selector) ?? '' }),
  },
});

/** Upstream's path differs on update. */
function storageWarnings({ spec }: apps.StatefulSet, tail: string): readonly string[] {
  return (spec.volumeClaimTemplates ?? []).flatMap((c, i) => claimWarnings(`spec.volumeClaimTemplates[${i}]${tail}`, c.spec));
}

function numberWarnings(s: apps.StatefulSet): readonly string[] {
  return (s.spec.revisionHistoryLimit ?? 0) < 0
    ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
    : [];
}
