/** Defaults of priority classes. Behaves like upstream pkg/apis/scheduling/v1/defaults.go. */
import * as scheduling from '../../apimachinery/types/scheduling.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(scheduling.PriorityClass, (pc) => {
    pc.preemptionPolicy ??= 'PreemptLowerPriority';
  }),
];
