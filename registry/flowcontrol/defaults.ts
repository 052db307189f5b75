/** Defaults of API priority and fairness. Behaves like upstream pkg/apis/flowcontrol/v1/defaults.go. */
import * as flowcontrol from '../../apimachinery/types/flowcontrol.gen.ts';
import { defineDefaults } from '../generic/define.ts';

export default [
  defineDefaults(flowcontrol.FlowSchemaSpec, (spec) => {
    spec.matchingPrecedence ||= 1000;
  }),
  defineDefaults(flowcontrol.ExemptPriorityLevelConfiguration, (exempt) => {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }),
  defineDefaults(flowcontrol.LimitedPriorityLevelConfiguration, (limited) => {
    limited.nominalConcurrencyShares ??= 30;
    limited.lendablePercent ??= 0;
  }),
  defineDefaults(flowcontrol.QueuingConfiguration, (queuing) => {
    queuing.handSize ||= 8;
    queuing.queues ||= 64;
    queuing.queueLengthLimit ||= 50;
  }),
];
