/** A pod with scheduling gates waits outside of the queue. Behaves like upstream plugins/schedulinggates. */
import { unresolvable, type Plugin } from '../framework/interface.ts';

export default {
  name: 'SchedulingGates',
  events: [{ resource: 'Pod', actions: ['Update'] }],
  preEnqueue(pod) {
    const gates = (pod.spec.schedulingGates ?? []).map((g) => g.name);
    return gates.length === 0 ? undefined : unresolvable(`waiting for scheduling gates: [${gates.join(' ')}]`);
  },
} satisfies Plugin;
