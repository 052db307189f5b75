/** Prefers nodes on which cpu and memory would be used to the same degree. Behaves like upstream plugins/noderesources/balanced_allocation.go. */
import { MAX_NODE_SCORE, SKIP, type Cycle, type Plugin } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';

const RESOURCES = ['cpu', 'memory'];

export default {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  preScore({ info }: Cycle) {
    return RESOURCES.some((r) => (info.requests.get(r) ?? 0) > 0) ? undefined : SKIP;
  },
  score({ info }: Cycle, node: NodeInfo) {
    const fractions = RESOURCES.flatMap((r) => {
      const capacity = node.allocatable.get(r) ?? 0;
      return capacity === 0 ? [] : [Math.min(1, ((node.requested.get(r) ?? 0) + (info.requests.get(r) ?? 0)) / capacity)];
    });
    const [a = 0, b = 0] = fractions;
    const deviation = fractions.length === 2 ? Math.abs(a - b) / 2 : 0;
    return Math.floor((1 - deviation) * MAX_NODE_SCORE);
  },
} satisfies Plugin;
