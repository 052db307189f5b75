/** What a set of replicas has to do next: so many pods to create, or these to delete. */
import type { Pod } from '../pods/conditions.ts';
import { podsToDelete } from '../pods/deletion-order.ts';

/** No more pods are created or deleted in one go. */
const BURST_REPLICAS = 500;

export interface ReplicaStep {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** `related`: active pods of sibling sets, which count for spreading. */
export function nextStep(replicas: number, active: readonly Pod[], related: readonly Pod[], now: number): ReplicaStep {
  const missing = replicas - active.length;
  if (missing >= 0) return { create: Math.min(missing, BURST_REPLICAS), remove: [] };
  return { create: 0, remove: podsToDelete(active, related, Math.min(-missing, BURST_REPLICAS), now) };
}
