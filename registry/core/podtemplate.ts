/** PodTemplates. Behaves like upstream pkg/registry/core/podtemplate. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { containerImages, containerNames } from './cells/containers.ts';
import { formatLabels } from './cells/selector.ts';
import { generationStrategy } from './strategies.ts';
import { validatePodTemplate, validatePodTemplateUpdate } from './validation/podtemplate.ts';
import { templateWarnings } from './warnings/pod.ts';

export default defineResource<core.PodTemplate>(core.PodTemplate, {
  columns: [
    column('Containers', (t) => containerNames(t.template.spec.containers)),
    column('Images', (t) => containerImages(t.template.spec.containers)),
    column('Pod Labels', (t) => formatLabels(t.template.metadata?.labels)),
  ],
  strategy: generationStrategy<core.PodTemplate>({
    returnDeletedObject: true,
    template: (obj) => obj.template,
    generation: (t) => t.template,
    metadata: { onUpdate: ['change'] },
    validate: validatePodTemplate,
    validateUpdate: validatePodTemplateUpdate,
    warningsOnCreate: (t) => templateWarnings(t.template, undefined, 'template'),
    warningsOnUpdate: (t, old) =>
      t.metadata.generation === old.metadata.generation ? [] : templateWarnings(t.template, old.template, 'template'),
  }),
});
