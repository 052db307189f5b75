/** Conditions of a pod's status. Behaves like upstream pkg/api/pod/util.go (UpdatePodCondition). */
import { rfc3339 } from '../../../component-base/clock.ts';
import type { PodCondition, PodStatus } from '../../../apimachinery/types/core.gen.ts';

export type NewCondition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>;

/** Sets or replaces the condition of its type; the transition time moves only with the status. `now` in milliseconds. */
export function setPodCondition(status: PodStatus, condition: NewCondition, now: number): void {
  const all = (status.conditions ??= []);
  const i = all.findIndex((c) => c.type === condition.type);
  const old = all[i];
  const lastTransitionTime = old && old.status === condition.status ? old.lastTransitionTime : rfc3339(now);
  const next: PodCondition = { ...condition, lastProbeTime: null, lastTransitionTime };
  if (i < 0) all.push(next);
  else all[i] = next;
}

export function isPodReady(pod: {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}): boolean {
  return (pod.status.conditions ?? []).some((c) => c.type === 'Ready' && c.status === 'True');
}
