/** Node selector and node affinity, required and preferred. Behaves like upstream plugins/nodeaffinity. */
import { defaultNormalizeScore, SKIP, unresolvable, type Plugin } from '../framework/interface.ts';
import { meetsRequiredAffinity, meetsTerm } from '../framework/node-selector.ts';

export const REASON = "node(s) didn't match Pod's node affinity/selector";

export default {
  name: 'NodeAffinity',
  weight: 2,
  events: [
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'Pod', actions: ['Update'] },
  ],
  preFilter({ pod }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    return required === undefined && pod.spec.nodeSelector === undefined ? { status: SKIP } : undefined;
  },
  filter({ pod }, { node }) {
    return meetsRequiredAffinity(pod, node) ? undefined : unresolvable(REASON);
  },
  preScore({ pod }) {
    return pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.length ? undefined : SKIP;
  },
  score({ pod }, { node }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return preferred.reduce((sum, p) => sum + (meetsTerm(p.preference, node) ? p.weight : 0), 0);
  },
  normalizeScore(_cycle, _nodes, scores) {
    defaultNormalizeScore(scores, false);
  },
} satisfies Plugin;
