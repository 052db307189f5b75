/** Tolerations of pods: merging and comparing. Behaves like upstream pkg/util/tolerations and pkg/apis/core/v1/helper. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { jsonEqual } from '../../apimachinery/equality.ts';

type Toleration = DeepReadonly<core.Toleration>;

/** Whether everything that `a` tolerates is tolerated by `b`. */
function isCoveredBy(a: Toleration, b: Toleration): boolean {
  if (jsonEqual(a, b)) return true;
  if (b.key && (a.key ?? '') !== b.key) return false;
  if (b.effect && (a.effect ?? '') !== b.effect) return false;
  const never = Number.POSITIVE_INFINITY;
  if ((b.effect === 'NoExecute' || !b.effect) && b.tolerationSeconds !== undefined && b.tolerationSeconds !== null && (a.tolerationSeconds ?? never) > b.tolerationSeconds) return false;
  if ((b.operator ?? 'Equal') === 'Exists') return true;
  return (b.operator || 'Equal') === (a.operator || 'Equal') && (a.value ?? '') === (b.value ?? '');
}

/** Both lists without those that another one covers; the first's order first. */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): core.Toleration[] {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  for (const [i, next] of all.entries()) {
    const coveredByKept = merged.some((kept) => isCoveredBy(next, kept));
    const coveredByLater = all.slice(i + 1).some((later) => !jsonEqual(next, later) && isCoveredBy(next, later));
    if (!coveredByKept && !coveredByLater) merged.push(next);
  }
  return structuredClone(merged) as core.Toleration[];
}

/** Replaces the one of the same key, effect, operator and value, or adds. */
export function addOrUpdateToleration(tolerations: readonly core.Toleration[], next: core.Toleration): core.Toleration[] {
  const same = (t: core.Toleration): boolean => t.key === next.key && t.effect === next.effect && t.operator === next.operator && (t.value ?? '') === (next.value ?? '');
  const at = tolerations.findIndex(same);
  return at < 0 ? [...tolerations, next] : tolerations.map((t, i) => (i === at ? next : t));
}
