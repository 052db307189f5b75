/** DaemonSets. Behaves like upstream pkg/registry/apps/daemonset. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import { containerImages, containerNames } from '../core/cells/containers.ts';
import { formatLabels, formatLabelSelector } from '../core/cells/selector.ts';
import { semanticEqual } from '../core/equality.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { templateWarnings } from '../core/warnings/pod.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { int64Mistake } from './int64-annotation.ts';
import { TEMPLATE_GENERATION } from './defaults.ts';
import { validateDaemonSet, validateDaemonSetStatusUpdate, validateDaemonSetUpdate } from './validation/daemonset.ts';


/** The generation of the template lives in an annotation since apps/v1. */
const templateGeneration = (ds: apps.DaemonSet): number => Number.parseInt(ds.metadata.annotations?.[TEMPLATE_GENERATION] ?? '0', 10) || 0;

function setTemplateGeneration(ds: apps.DaemonSet, value: number): void {
  ds.metadata.annotations = { ...ds.metadata.annotations, [TEMPLATE_GENERATION]: String(value) };
}

export default defineResource<apps.DaemonSet>(apps.DaemonSet, {
  shortNames: ['ds'],
  categories: ['all'],
  columns: [
    column('Desired', (ds) => ds.status.desiredNumberScheduled ?? 0),
    column('Current', (ds) => ds.status.currentNumberScheduled ?? 0),
    column('Ready', (ds) => ds.status.numberReady ?? 0),
    column('Up-to-date', (ds) => ds.status.updatedNumberScheduled ?? 0),
    column('Available', (ds) => ds.status.numberAvailable ?? 0),
    column('Node Selector', (ds) => formatLabels(ds.spec.template.spec.nodeSelector)),
    column('Containers', (ds) => containerNames(ds.spec.template.spec.containers)),
    column('Images', (ds) => containerImages(ds.spec.template.spec.containers)),
    column('Selector', (ds) => formatLabelSelector(ds.spec.selector)),
  ],
  strategy: specStrategy<apps.DaemonSet>(['apps/v1'], {
    template: (obj) => obj.spec.template,
    prepareForCreate(obj) {
      setTemplateGeneration(obj, Math.max(1, templateGeneration(obj)));
    },
    prepareForUpdate(obj, old) {
      const changed = !semanticEqual(obj.spec.template, old.spec.template);
      setTemplateGeneration(obj, templateGeneration(old) + (changed ? 1 : 0));
    },
    metadata: { onUpdate: ['change'] },
    validate: validateDaemonSet,
    validateUpdate: validateDaemonSetUpdate,
    warningsOnCreate: (ds) => templateWarnings(ds.spec.template),
    warningsOnUpdate: (ds, old) =>
      templateGeneration(ds) === templateGeneration(old) ? [] : templateWarnings(ds.spec.template, old.spec.template),
  }),
  internalAnnotations: [TEMPLATE_GENERATION],
  conversionMistake: ({ metadata }) => int64Mistake(metadata?.annotations?.[TEMPLATE_GENERATION]),
  subresources: {
    status: view(
      statusStrategy<apps.DaemonSet>(['apps/v1'], {
        prepareForUpdate: (obj, old) => setTemplateGeneration(obj, templateGeneration(old)),
        validateUpdate: validateDaemonSetStatusUpdate,
      }),
    ),
  },
});
