/** How long a Job waits before it replaces a failed pod. Behaves like upstream pkg/controller/job/backoff_utils.go. */
import type { Pod } from '../pods/conditions.ts';
import { podCondition } from '../pods/conditions.ts';

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

/** Failures since the last success. */
export interface BackoffRecord {
  readonly failures: number;
  /** Milliseconds; absent without failures. */
  readonly last?: number;
}

export function finishedAt(pod: Pod, now: number): number {
  const ended = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].map((s) => s.state?.terminated?.finishedAt);
  const times = ended.filter((t) => t !== undefined && t !== null).map((t) => Date.parse(t as string));
  if (times.length > 0 && times.length >= (pod.status.containerStatuses ?? []).length) return Math.max(...times);
  const ready = podCondition(pod, 'Ready');
  if (ready?.status === 'False' && ready.lastTransitionTime) return Date.parse(ready.lastTransitionTime);
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  return deletionTimestamp === undefined ? now : Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}

/** The record after these pods ended. */
export function nextRecord(before: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[], now: number): BackoffRecord {
  if (succeeded.length === 0 && failed.length === 0) return before;
  const failures = failed.map((pod) => finishedAt(pod, now));
  if (succeeded.length === 0) return { failures: before.failures + failures.length, last: Math.max(...failures) };
  const lastSuccess = Math.max(...succeeded.map((pod) => finishedAt(pod, now)));
  const after = failures.filter((time) => time > lastSuccess);
  return after.length === 0 ? { failures: 0 } : { failures: after.length, last: Math.max(...after) };
}

/** Milliseconds. */
export function remainingBackoff({ failures, last }: BackoffRecord, now: number): number {
  if (failures === 0 || last === undefined) return 0;
  return Math.max(0, Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) - (now - last));
}
