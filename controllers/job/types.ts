/** The names that the files of the job controller share. */
import type * as batch from '../../apimachinery/types/batch.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { Pod } from '../pods/conditions.ts';

export type Job = DeepReadonly<batch.Job>;
export type JobStatus = DeepReadonly<batch.JobStatus>;
export type JobCondition = DeepReadonly<batch.JobCondition>;

/** On every pod until it was counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking';

export const isIndexed = (job: Job): boolean => job.spec.completionMode === 'Indexed';
export const isSuspended = (job: Job): boolean => job.spec.suspend === true;
export const hasLimitPerIndex = (job: Job): boolean => isIndexed(job) && job.spec.backoffLimitPerIndex !== undefined;
export const parallelismOf = (job: Job): number => job.spec.parallelism ?? 1;
export const completionsOf = (job: Job): number => job.spec.completions ?? Infinity;
export const isTracked = (pod: Pod): boolean => pod.metadata.finalizers?.includes(TRACKING) === true;

/** Pods that are being deleted are not replaced before they ended. */
export function replacesOnlyFailed(job: Job): boolean {
  return job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy !== undefined;
}

export function isFailedPod(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== 'Succeeded';
}

export function conditionOf(status: JobStatus, type: string): JobCondition | undefined {
  return status.conditions?.find((c) => c.type === type);
}
export const isTrue = (condition: JobCondition | undefined): condition is JobCondition => condition?.status === 'True';
export const isFinished = (job: Job): boolean => isTrue(conditionOf(job.status, 'Complete')) || isTrue(conditionOf(job.status, 'Failed'));

export function newCondition(type: string, status: string, reason: string, message: string, now: number): JobCondition {
  return { type, status, lastProbeTime: rfc3339(now), lastTransitionTime: rfc3339(now), reason, message };
}

/** The same array when nothing changes. A condition that would be False is not added. */
export function withCondition(conditions: readonly JobCondition[], condition: JobCondition): readonly JobCondition[] {
  const old = conditions.find((c) => c.type === condition.type);
  if (!old) return condition.status === 'False' ? conditions : [...conditions, condition];
  if (old.status === condition.status && old.reason === condition.reason && old.message === condition.message) return conditions;
  return conditions.map((c) => (c === old ? condition : c));
}
