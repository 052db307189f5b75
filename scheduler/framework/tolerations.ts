/** Whether a taint is tolerated. Behaves like upstream component-helpers/scheduling/corev1. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';

type Taint = DeepReadonly<core.Taint>;
type Toleration = DeepReadonly<core.Toleration>;

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if ((toleration.effect ?? '') !== '' && toleration.effect !== taint.effect) return false;
  if ((toleration.key ?? '') !== '' && toleration.key !== taint.key) return false;
  const operator = toleration.operator || 'Equal';
  if (operator === 'Exists') return true;
  if (operator === 'Equal') return (toleration.key ?? '') !== '' && (toleration.value ?? '') === (taint.value ?? '');
  return comparesNumerically(operator, toleration.value ?? '', taint.value ?? '');
}

/** Gt and Lt: the taint's value against the toleration's. */
function comparesNumerically(operator: string, tolerated: string, tainted: string): boolean {
  if (!/^-?\d+$/.test(tolerated) || !/^-?\d+$/.test(tainted)) return false;
  if (operator === 'Gt') return BigInt(tainted) > BigInt(tolerated);
  return operator === 'Lt' && BigInt(tainted) < BigInt(tolerated);
}

/** The first taint with one of these effects that no toleration covers. */
export function untolerated(taints: readonly Taint[] | undefined, tolerations: readonly Toleration[] | undefined, effects: readonly string[]): Taint | undefined {
  return taints?.find((taint) => effects.includes(taint.effect) && !tolerations?.some((t) => tolerates(t, taint)));
}
