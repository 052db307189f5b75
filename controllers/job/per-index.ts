/** Back-off limits for each index on its own. Behaves like upstream pkg/controller/job/indexed_job_utils.go. */
import type { Pod } from '../pods/conditions.ts';
import { finishedAt, remainingBackoff } from './backoff.ts';
import { judgeFailure } from './failure-policy.ts';
import { indexOf } from './indexes.ts';
import { isFailedPod, isTracked, type Job } from './types.ts';

export const FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';
export const IGNORED_COUNT = 'batch.kubernetes.io/job-index-ignored-failure-count';

const countIn = (pod: Pod, name: string): number => Number(pod.metadata.annotations?.[name] ?? 0) || 0;

export function isIndexFailed(job: Job, pod: Pod): boolean {
  if (!isFailedPod(pod, job)) return false;
  const { counts, action } = judgeFailure(job, pod);
  return action === 'FailIndex' || (counts && countIn(pod, FAILURE_COUNT) >= (job.spec.backoffLimitPerIndex ?? 0));
}

/** By index: the failed pod that keeps its finalizer until its replacement, which inherits its counts, is there. */
export function podsAwaitingReplacement(job: Job, pods: readonly Pod[], settled: ReadonlySet<number>, now: number): Map<number, Pod> {
  const latest = new Map<number, Pod>();
  const total = (pod: Pod): number => countIn(pod, FAILURE_COUNT) + countIn(pod, IGNORED_COUNT);
  for (const pod of pods) {
    const i = indexOf(pod);
    if (i === undefined || i >= (job.spec.completions ?? 0) || settled.has(i) || !isTracked(pod) || !isFailedPod(pod, job)) continue;
    const known = latest.get(i);
    if (!known || (total(known) <= total(pod) && finishedAt(pod, now) >= finishedAt(known, now))) latest.set(i, pod);
  }
  return latest;
}

/** The annotations of an index's next pod. */
export function failureAnnotations(job: Job, replaced: Pod | undefined): Record<string, string> {
  if (!replaced) return { [FAILURE_COUNT]: '0' };
  const { counts } = judgeFailure(job, replaced);
  const [failures, ignored] = [countIn(replaced, FAILURE_COUNT) + (counts ? 1 : 0), countIn(replaced, IGNORED_COUNT) + (counts ? 0 : 1)];
  return { [FAILURE_COUNT]: String(failures), ...(ignored > 0 && { [IGNORED_COUNT]: String(ignored) }) };
}

/** Milliseconds until the index may be tried again. */
export function indexBackoff(replaced: Pod | undefined, now: number): number {
  if (!replaced) return 0;
  return remainingBackoff({ failures: countIn(replaced, FAILURE_COUNT) + countIn(replaced, IGNORED_COUNT) + 1, last: finishedAt(replaced, now) }, now);
}
