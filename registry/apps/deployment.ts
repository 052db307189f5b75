/** Deployments. Behaves like upstream pkg/registry/apps/deployment. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import { containerImages, containerNames } from '../core/cells/containers.ts';
import { selectorText } from '../core/cells/selector.ts';
import { semanticEqual } from '../core/equality.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { nameWarnings } from '../core/warnings/name.ts';
import { templateWarnings } from '../core/warnings/pod.ts';
import { column, defineResource, scale, view } from '../generic/define.ts';
import { int64Mistake } from './int64-annotation.ts';
import { validateDeployment, validateDeploymentStatusUpdate, validateDeploymentUpdate } from './validation/deployment.ts';

const ROLLBACK_TO = 'deprecated.deployment.rollback.to';

export default defineResource<apps.Deployment>(apps.Deployment, {
  shortNames: ['deploy'],
  categories: ['all'],
  columns: [
    column('Ready', (d) => `${d.status.readyReplicas ?? 0}/${d.spec.replicas ?? 0}`),
    column('Up-to-date', (d) => d.status.updatedReplicas ?? 0),
    column('Available', (d) => d.status.availableReplicas ?? 0),
    column('Containers', (d) => containerNames(d.spec.template.spec.containers)),
    column('Images', (d) => containerImages(d.spec.template.spec.containers)),
    column('Selector', (d) => selectorText(d.spec.selector) ?? '<invalid>'),
  ],
  strategy: specStrategy<apps.Deployment>(['apps/v1'], {
    template: (obj) => obj.spec.template,
    generation: (d) => d.spec,
    prepareForUpdate(obj, old) {
      const changed = !semanticEqual(obj.metadata.annotations, old.metadata.annotations);
      if (changed) obj.metadata.generation = Number(old.metadata.generation ?? 0) + 1;
    },
    metadata: { onUpdate: ['change'] },
    validate: validateDeployment,
    validateUpdate: validateDeploymentUpdate,
    warningsOnCreate: (d) => [...nameWarnings(d), ...templateWarnings(d.spec.template)],
    warningsOnUpdate: (d, old) =>
      d.metadata.generation === old.metadata.generation ? [] : templateWarnings(d.spec.template, old.spec.template),
  }),
  internalAnnotations: [ROLLBACK_TO],
  conversionMistake({ metadata }) {
    const given = metadata?.annotations?.[ROLLBACK_TO] || undefined;
    const mistake = int64Mistake(given);
    return mistake && `failed to parse annotation[${ROLLBACK_TO}]=${given} as int64: ${mistake}`;
  },
  subresources: {
    status: view(
      statusStrategy<apps.Deployment>(['apps/v1'], {
        resetFields: { 'apps/v1': [['f:spec'], ['f:metadata', 'f:labels']] },
        prepareForUpdate(obj, old) {
          if (old.metadata.labels === undefined) delete obj.metadata.labels;
          else obj.metadata.labels = old.metadata.labels;
        },
        validateUpdate: validateDeploymentStatusUpdate,
      }),
    ),
    scale: scale<apps.Deployment>({ selector: (d) => selectorText(d.spec.selector) ?? '' }),
  },
});
