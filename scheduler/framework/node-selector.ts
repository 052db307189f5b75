/** Node selectors: terms are alternatives, the requirements of a term hold together. Behaves like upstream component-helpers/scheduling/corev1/nodeaffinity. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { Node, Pod } from './interface.ts';

type Requirement = DeepReadonly<core.NodeSelectorRequirement>;
type Term = DeepReadonly<core.NodeSelectorTerm>;

const INTEGER = /^[+-]?\d+$/;

export function meetsRequirement({ key, operator, values }: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const has = Object.hasOwn(labels, key);
  const value = labels[key] ?? '';
  const [first = ''] = values ?? [];
  switch (operator) {
    case 'In':
      return has && (values ?? []).includes(value);
    case 'NotIn':
      return !has || !(values ?? []).includes(value);
    case 'Exists':
      return has;
    case 'DoesNotExist':
      return !has;
    case 'Gt':
      return has && INTEGER.test(value) && INTEGER.test(first) && BigInt(value) > BigInt(first);
    case 'Lt':
      return has && INTEGER.test(value) && INTEGER.test(first) && BigInt(value) < BigInt(first);
    default:
      return false;
  }
}

/** An empty term matches nothing. */
export function meetsTerm(term: Term, node: Node): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  const labels = node.metadata.labels ?? {};
  return expressions.every((r) => meetsRequirement(r, labels)) && fields.every((r) => meetsRequirement(r, { 'metadata.name': node.metadata.name }));
}

/** spec.nodeSelector and the required node affinity. */
export function meetsRequiredAffinity(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || (required.nodeSelectorTerms ?? []).some((t) => meetsTerm(t, node));
}
