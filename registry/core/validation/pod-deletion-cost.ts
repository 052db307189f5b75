/** The annotation that says which pod of a set goes first. Behaves like upstream pkg/apis/core/helper.go (GetDeletionCostFromPodAnnotations). */
import type { Annotations } from '../pods/annotations.ts';

export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Undefined: not a 32-bit integer. 0 without the annotation. */
export function deletionCost(annotations: Annotations): number | undefined {
  const text = annotations?.[DELETION_COST];
  if (text === undefined) return 0;
  if (!/^(?:0|-?[1-9][0-9]*)$/.test(text)) return undefined;
  const n = Number(text);
  return n >= -(2 ** 31) && n < 2 ** 31 ? n : undefined;
}
