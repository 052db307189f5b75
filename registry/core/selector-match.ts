/** Whether labels satisfy a label selector. Behaves like upstream metav1.LabelSelectorAsSelector. */
import { own } from '../../apimachinery/own.ts';
import type { LabelSelector } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Labels = Readonly<Record<string, string>>;

/** An empty selector matches everything. */
export function matchesSelector(selector: DeepReadonly<LabelSelector>, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([k, v]) => own(labels, k) === v);
  return equal && (selector.matchExpressions ?? []).every((e) => matchesExpression(e.operator, own(labels, e.key), e.values ?? []));
}

function matchesExpression(operator: string, value: string | undefined, values: readonly string[]): boolean {
  if (operator === 'In') return value !== undefined && values.includes(value);
  if (operator === 'NotIn') return value === undefined || !values.includes(value);
  if (operator === 'Exists') return value !== undefined;
  return operator === 'DoesNotExist' && value === undefined;
}
