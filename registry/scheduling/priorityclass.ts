/** PriorityClasses. Behaves like upstream pkg/registry/scheduling/priorityclass. */
import * as scheduling from '../../apimachinery/types/scheduling.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './validation/priorityclass.ts';

export default defineResource<scheduling.PriorityClass>(scheduling.PriorityClass, {
  shortNames: ['pc'],
  columns: [
    column('Value', (pc) => pc.value),
    column('Global-Default', (pc) => pc.globalDefault ?? false),
    column('PreemptionPolicy', (pc) => pc.preemptionPolicy ?? ''),
  ],
  strategy: {
    prepareForCreate(obj) {
      obj.metadata.generation = 1;
    },
    revalidatesMetadata: false,
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
  },
});
