/** PriorityClasses. Behaves like upstream pkg/registry/scheduling/priorityclass. */
import { newForbidden } from '../../apimachinery/errors.ts';
import * as scheduling from '../../apimachinery/types/scheduling.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { isSystemClass, validatePriorityClass, validatePriorityClassUpdate } from './validation/priorityclass.ts';

/** The system's own classes cannot be deleted. */
function refuseSystem({ metadata: { name } }: scheduling.PriorityClass): boolean {
  if (!isSystemClass(name)) return false;
  throw newForbidden(
    { group: 'scheduling.k8s.io', resource: 'priorityclasses' },
    name,
    'this is a system priority class and cannot be deleted',
  );
}

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
    metadata: { onUpdate: ['change'] },
    keepOnDelete: refuseSystem,
    validate: validatePriorityClass,
    validateUpdate: validatePriorityClassUpdate,
  },
});
