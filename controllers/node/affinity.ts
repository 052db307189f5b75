/** Whether a pod's node selector and required node affinity accept a node. Behaves like upstream k8s.io/component-helpers/scheduling/corev1/nodeaffinity. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { matchesAll } from '../framework/labels.ts';
import type { Node } from './taints.ts';

type Requirement = DeepReadonly<core.NodeSelectorRequirement>;
type Term = DeepReadonly<core.NodeSelectorTerm>;
type PodSpec = DeepReadonly<core.PodSpec>;

function meets({ operator, values = [] }: Requirement, value: string | undefined): boolean {
  const number = (text: string | undefined): number => (text !== undefined && /^-?\d+$/.test(text) ? Number(text) : NaN);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return number(value) > number(values[0]);
    case 'Lt':
      return number(value) < number(values[0]);
    default:
      return false;
  }
}

/** A term without requirements matches nothing. */
function termMatches({ matchExpressions = [], matchFields = [] }: Term, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return matchExpressions.every((r) => meets(r, node.metadata.labels?.[r.key])) && matchFields.every((r) => r.key === 'metadata.name' && meets(r, node.metadata.name));
}

export function acceptsNode(spec: PodSpec, node: Node): boolean {
  if (!matchesAll(spec.nodeSelector, node.metadata.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || (required.nodeSelectorTerms ?? []).some((term) => termMatches(term, node));
}
