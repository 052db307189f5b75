/** The node must have what the pod asks for; nodes with more left over are preferred (LeastAllocated). Behaves like upstream plugins/noderesources/fit.go. */
import { MAX_NODE_SCORE, unresolvable, unschedulable, type Cycle, type Plugin, type Status } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';

const NATIVE = ['cpu', 'memory', 'ephemeral-storage'];

/** The resources that are short on the node, and whether even the empty node would be too small. */
export function shortages(requests: ReadonlyMap<string, number>, node: NodeInfo): { reasons: string[]; resolvable: boolean } {
  const reasons: string[] = [];
  let resolvable = true;
  if (node.pods.length + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
  const others = [...requests.keys()].filter((r) => !NATIVE.includes(r));
  for (const name of [...NATIVE, ...others]) {
    const asked = requests.get(name) ?? 0;
    const capacity = node.allocatable.get(name) ?? 0;
    if (asked === 0 || asked <= capacity - (node.requested.get(name) ?? 0)) continue;
    reasons.push(`Insufficient ${name}`);
    if (asked > capacity) resolvable = false;
  }
  return { reasons, resolvable };
}

const share = (asked: number, capacity: number): number | undefined =>
  capacity === 0 ? undefined : asked > capacity ? 0 : Math.floor(((capacity - asked) * MAX_NODE_SCORE) / capacity);

export default {
  name: 'NodeResourcesFit',
  weight: 1,
  events: [
    { resource: 'AssignedPod', actions: ['Delete', 'Update'] },
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'Pod', actions: ['Update'] },
  ],
  filter({ info }: Cycle, node: NodeInfo): Status | undefined {
    const { reasons, resolvable } = shortages(info.requests, node);
    if (reasons.length === 0) return undefined;
    return resolvable ? unschedulable(...reasons) : unresolvable(...reasons);
  },
  score({ info }: Cycle, node: NodeInfo): number {
    const cpu = share(node.nonZeroRequested.cpu + info.nonZero.cpu, node.allocatable.get('cpu') ?? 0);
    const memory = share(node.nonZeroRequested.memory + info.nonZero.memory, node.allocatable.get('memory') ?? 0);
    const shares = [cpu, memory].filter((s) => s !== undefined);
    return shares.length === 0 ? 0 : Math.floor(shares.reduce((a, b) => a + b, 0) / shares.length);
  },
} satisfies Plugin;
