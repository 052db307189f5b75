/** Cordoned nodes take only pods that tolerate it. Behaves like upstream plugins/nodeunschedulable. */
import { unresolvable, type Plugin } from '../framework/interface.ts';
import { tolerates } from '../framework/tolerations.ts';

export const REASON = 'node(s) were unschedulable';
const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export default {
  name: 'NodeUnschedulable',
  events: [{ resource: 'Node', actions: ['Add', 'Update'] }],
  filter({ pod }, { node }) {
    if (node.spec.unschedulable !== true) return undefined;
    return pod.spec.tolerations?.some((t) => tolerates(t, TAINT)) ? undefined : unresolvable(REASON);
  },
} satisfies Plugin;
