/** How many pods of a disruption budget may go. Pure. Behaves like upstream pkg/controller/disruption. */
import { getScaledValueFromIntOrPercent } from '../../apimachinery/intstr.ts';
import type * as meta from '../../apimachinery/types/meta.gen.ts';
import type * as policy from '../../apimachinery/types/policy.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { isPodReady, type Pod } from '../pods/conditions.ts';

export type Budget = DeepReadonly<policy.PodDisruptionBudget>;
export type BudgetStatus = DeepReadonly<policy.PodDisruptionBudgetStatus>;
type Condition = DeepReadonly<meta.Condition>;

/** An evicted pod that is still there after this was never deleted. */
export const DELETION_TIMEOUT_MS = 120_000;

export interface Expected {
  readonly expectedPods: number;
  readonly desiredHealthy: number;
}

/** Whether the sizes of the pods' controllers must be known. */
export function needsScale({ spec }: Budget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === 'string';
}

/** `scale`: the sizes of the pods' controllers, added up; the count of pods where that is not needed. */
export function expectedOf({ spec }: Budget, scale: number): Expected {
  if (spec.maxUnavailable !== undefined) return { expectedPods: scale, desiredHealthy: Math.max(0, scale - getScaledValueFromIntOrPercent(spec.maxUnavailable, scale, true)) };
  if (spec.minAvailable === undefined) return { expectedPods: 0, desiredHealthy: 0 };
  return { expectedPods: scale, desiredHealthy: getScaledValueFromIntOrPercent(spec.minAvailable, scale, true) };
}

export interface Disrupted {
  /** Pods that were evicted and are not yet gone, by name. */
  readonly pods: Readonly<Record<string, string>>;
  /** Milliseconds until one of them must be looked at again. */
  readonly recheck?: number;
}

/** Of the evicted pods that the status names, those that are still expected to go. */
export function stillDisrupted(budget: Budget, pods: readonly Pod[], now: number): Disrupted {
  const named = Object.entries(budget.status?.disruptedPods ?? {});
  const left = named.flatMap(([name, time]) => {
    const pod = pods.find((p) => p.metadata.name === name);
    const until = Date.parse(String(time)) + DELETION_TIMEOUT_MS;
    return pod && pod.metadata.deletionTimestamp === undefined && until > now ? [{ name, time: String(time), until }] : [];
  });
  return { pods: Object.fromEntries(left.map(({ name, time }) => [name, time])), ...(left.length > 0 && { recheck: Math.min(...left.map((l) => l.until)) - now }) };
}

/** Its time stays as long as its status does. */
export function withAllowed(conditions: readonly Condition[], status: string, reason: string, message: string, observedGeneration: number, now: number): readonly Condition[] {
  const old = conditions.find((c) => c.type === 'DisruptionAllowed');
  const fresh = { type: 'DisruptionAllowed', status, observedGeneration, lastTransitionTime: old?.status === status ? old.lastTransitionTime : rfc3339(now), reason, message };
  return old ? conditions.map((c) => (c === old ? fresh : c)) : [...conditions, fresh];
}

export function budgetStatus(budget: Budget, pods: readonly Pod[], { expectedPods, desiredHealthy }: Expected, disrupted: Disrupted, now: number): BudgetStatus {
  const currentHealthy = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && disrupted.pods[pod.metadata.name] === undefined && isPodReady(pod)).length;
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const { generation = 0 } = budget.metadata;
  const [status, reason] = disruptionsAllowed > 0 ? ['True', 'SufficientPods'] : ['False', 'InsufficientPods'];
  return {
    currentHealthy,
    desiredHealthy,
    expectedPods,
    disruptionsAllowed,
    observedGeneration: generation,
    ...(Object.keys(disrupted.pods).length > 0 && { disruptedPods: disrupted.pods as never }),
    conditions: withAllowed(budget.status?.conditions ?? [], status ?? '', reason ?? '', '', generation, now),
  } as BudgetStatus;
}
