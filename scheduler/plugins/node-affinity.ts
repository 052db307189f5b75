/** Node selector and node affinity, required and preferred. Behaves like upstream plugins/nodeaffinity. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { defaultNormalizeScore, SKIP, unresolvable, type Plugin } from '../framework/interface.ts';
import { meetsRequiredAffinity, meetsTerm } from '../framework/node-selector.ts';

export const REASON = "node(s) didn't match Pod's node affinity/selector";
const CONFLICT = 'pod affinity terms conflict';

type Term = DeepReadonly<core.NodeSelectorTerm>;

/** The nodes that the terms name; undefined when one of them leaves the name open. */
function namedNodes(terms: readonly Term[]): Set<string> | undefined {
  const all = new Set<string>();
  for (const term of terms) {
    const named = (term.matchFields ?? []).filter((r) => r.key === 'metadata.name' && r.operator === 'In').map((r) => r.values ?? []);
    const [first, ...others] = named;
    if (!first) return undefined;
    for (const name of first) if (others.every((values) => values.includes(name))) all.add(name);
  }
  return terms.length === 0 ? undefined : all;
}

export default {
  name: 'NodeAffinity',
  weight: 2,
  events: [
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'Pod', actions: ['Update'] },
  ],
  preFilter({ pod }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (required === undefined && pod.spec.nodeSelector === undefined) return { status: SKIP };
    const nodeNames = namedNodes(required?.nodeSelectorTerms ?? []);
    if (!nodeNames) return undefined;
    return nodeNames.size === 0 ? { status: unresolvable(CONFLICT) } : { nodeNames };
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
