/** What a pod's status says. Behaves like upstream pkg/api/v1/pod/util.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Pod = DeepReadonly<core.Pod>;

export function podCondition(pod: Pod, type: string): DeepReadonly<core.PodCondition> | undefined {
  return pod.status.conditions?.find((c) => c.type === type);
}

export function isPodReady(pod: Pod): boolean {
  return podCondition(pod, 'Ready')?.status === 'True';
}

/** Milliseconds; undefined when it is not known since when. */
export function readySince(pod: Pod): number | undefined {
  const ready = podCondition(pod, 'Ready');
  return ready?.status === 'True' && ready.lastTransitionTime !== null ? Date.parse(ready.lastTransitionTime) : undefined;
}

/** Milliseconds until a ready pod is available; 0: it is; undefined: it is not ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  if (!isPodReady(pod)) return undefined;
  if (minReadySeconds === 0) return 0;
  const since = readySince(pod);
  return since === undefined ? undefined : Math.max(0, since + minReadySeconds * 1000 - now);
}

export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return availableIn(pod, minReadySeconds, now) === 0;
}

export function isPodTerminal(pod: Pod): boolean {
  return pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded';
}

export function isPodActive(pod: Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Being deleted and not yet ended. */
export function isPodTerminating(pod: Pod): boolean {
  return !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;
}

/** The soonest time (ms from now, at least 1) at which one more of the ready pods becomes available. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds <= 0) return undefined;
  const waits = pods.map((pod) => availableIn(pod, minReadySeconds, now)).filter((ms) => ms !== undefined && ms > 0) as number[];
  return waits.length === 0 ? undefined : Math.min(...waits);
}
