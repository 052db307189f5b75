/** Whether a node is one that a pod asks for. Behaves like upstream component-helpers/scheduling/corev1/nodeaffinity GetRequiredNodeAffinity. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Pod } from '../container/pod.ts';

type Node = DeepReadonly<core.Node>;
type Requirement = DeepReadonly<core.NodeSelectorRequirement>;

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    case 'Gt': return value !== undefined && /^-?\d+$/.test(value) && BigInt(value) > BigInt(values[0] ?? 0);
    case 'Lt': return value !== undefined && /^-?\d+$/.test(value) && BigInt(value) < BigInt(values[0] ?? 0);
    default: return false;
  }
}

export function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(pod.spec.nodeSelector ?? {}).every(([k, v]) => labels[k] === v)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return (required.nodeSelectorTerms ?? []).some(({ matchExpressions = [], matchFields = [] }) =>
    matchExpressions.length + matchFields.length > 0 &&
    matchExpressions.every((r) => holds(r, labels[r.key])) &&
    matchFields.every((r) => holds(r, r.key === 'metadata.name' ? node.metadata.name : undefined)),
  );
}
