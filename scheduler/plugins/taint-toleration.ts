/** Keeps pods off nodes whose taints they do not tolerate, and prefers nodes with fewer such PreferNoSchedule taints. Behaves like upstream plugins/tainttoleration. */
import { defaultNormalizeScore, unresolvable, type Plugin } from '../framework/interface.ts';
import { tolerates, untolerated } from '../framework/tolerations.ts';

export const REASON = 'node(s) had untolerated taint(s)';

export default {
  name: 'TaintToleration',
  weight: 3,
  events: [
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'Pod', actions: ['Update'] },
  ],
  filter({ pod }, { node }) {
    return untolerated(node.spec.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute']) ? unresolvable(REASON) : undefined;
  },
  score({ pod }, { node }) {
    const tolerations = pod.spec.tolerations?.filter((t) => (t.effect ?? '') === '' || t.effect === 'PreferNoSchedule') ?? [];
    return (node.spec.taints ?? []).filter((t) => t.effect === 'PreferNoSchedule' && !tolerations.some((tol) => tolerates(tol, t))).length;
  },
  normalizeScore(_cycle, _nodes, scores) {
    defaultNormalizeScore(scores, true);
  },
} satisfies Plugin;
