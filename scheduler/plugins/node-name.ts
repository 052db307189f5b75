/** A pod that names its node goes nowhere else. Behaves like upstream plugins/nodename. */
import { unresolvable, type Plugin } from '../framework/interface.ts';

export const REASON = "node(s) didn't match the requested node name";

export default {
  name: 'NodeName',
  events: [{ resource: 'Node', actions: ['Add'] }],
  filter({ pod }, node) {
    const wanted = pod.spec.nodeName ?? '';
    return wanted === '' || wanted === node.name ? undefined : unresolvable(REASON);
  },
} satisfies Plugin;
