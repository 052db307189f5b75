/** The cells of a node's row. Behaves like upstream pkg/printers/internalversion/printers.go (printNode). */
import type { Node } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';

export function nodeStatus(node: DeepReadonly<Node>): string {
  const ready = (node.status.conditions ?? []).findLast((c) => c.type === 'Ready');
  const health = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return node.spec.unschedulable ? `${health},SchedulingDisabled` : health;
}

export function nodeRoles(node: DeepReadonly<Node>): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value);
  }
  return [...roles].sort().join(',') || '<none>';
}

export function nodeAddress(node: DeepReadonly<Node>, type: string): string {
  return (node.status.addresses ?? []).find((a) => a.type === type)?.address ?? '<none>';
}
