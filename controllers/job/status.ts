/** Counts ended pods into a Job's status, each exactly once: first its uid is written down, then its finalizer removed, then the count raised. Behaves like upstream pkg/controller/job trackJobStatusAndRemoveFinalizers. */
import type { Pod } from '../pods/conditions.ts';
import { judgeFailure } from './failure-policy.ts';
import { indexesText, indexOf } from './indexes.ts';
import type { Observed, Tally } from './next-step.ts';
import { completionsOf, isFailedPod, isIndexed, isTracked, newCondition, withCondition, type JobCondition, type JobStatus } from './types.ts';

const MAX_UNCOUNTED = 500;

export interface Tracking {
  /** To be written before any finalizer goes. */
  readonly status: JobStatus;
  /** Pods whose finalizer may go then. */
  readonly release: readonly Pod[];
  /** Pods that still carry the finalizer. */
  readonly tracked: ReadonlySet<string>;
  /** Complete or Failed, to be set once nothing is uncounted and nothing terminates; undefined while the Job goes on. */
  readonly terminal: JobCondition | undefined;
}

/** Uids whose pods have lost the finalizer are counted for good. */
export function countReleased(status: JobStatus, tracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const [leftSucceeded, leftFailed] = [succeeded.filter((uid) => tracked.has(uid)), failed.filter((uid) => tracked.has(uid))];
  const uncountedTerminatedPods = { ...(leftSucceeded.length > 0 && { succeeded: leftSucceeded }), ...(leftFailed.length > 0 && { failed: leftFailed }) };
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - leftSucceeded.length,
    failed: (status.failed ?? 0) + failed.length - leftFailed.length,
    uncountedTerminatedPods,
  };
}

function mayRelease(o: Observed, counts: Tally, pod: Pod, finishes: boolean): boolean {
  if (o.job.metadata.deletionTimestamp !== undefined || finishes || pod.status.phase === 'Succeeded') return true;
  return isFailedPod(pod, o.job) && counts.awaitingReplacement.get(indexOf(pod) ?? -1) !== pod;
}

/** One pass over the pods; what it finds is added to `succeeded`, `failed`, `indexes` and `release`. */
function collect(o: Observed, counts: Tally, base: JobStatus, condition: JobCondition | undefined, tracked: ReadonlySet<string>) {
  const succeeded = [...(base.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(base.uncountedTerminatedPods?.failed ?? [])];
  const indexes = new Set(counts.previousIndexes);
  const release: Pod[] = [];
  const fails = condition !== undefined && condition.type !== 'SuccessCriteriaMet';
  for (const pod of o.pods) {
    const { uid } = pod.metadata;
    if (!tracked.has(uid) || !mayRelease(o, counts, pod, condition !== undefined)) continue;
    release.push(pod);
    const i = indexOf(pod);
    const isInRange = !isIndexed(o.job) || (i !== undefined && i < completionsOf(o.job));
    if (pod.status.phase === 'Succeeded' && !failed.includes(uid)) {
      if (isIndexed(o.job) && isInRange) indexes.add(i ?? 0);
      else if (!isIndexed(o.job) && !succeeded.includes(uid)) succeeded.push(uid);
    } else if ((isFailedPod(pod, o.job) || fails) && isInRange && !failed.includes(uid) && judgeFailure(o.job, pod).counts) failed.push(uid);
    if (succeeded.length + failed.length + indexes.size - counts.previousIndexes.size >= MAX_UNCOUNTED) return { succeeded, failed, indexes, release, isFull: true };
  }
  return { succeeded, failed, indexes, release, isFull: false };
}

/** `before`: the status with active, ready, conditions and the like up to date. `condition`: SuccessCriteriaMet, FailureTarget or Failed. */
export function track(o: Observed, counts: Tally, before: JobStatus, condition: JobCondition | undefined): Tracking {
  const tracked = new Set(o.pods.filter((pod) => isTracked(pod) && !o.released.has(pod.metadata.uid)).map((pod) => pod.metadata.uid));
  const base = countReleased(before, tracked);
  const found = collect(o, counts, base, condition, tracked);
  const conditions = condition && condition.type !== 'Failed' ? withCondition(base.conditions ?? [], condition) : base.conditions;
  const type = condition?.type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed';
  const indexed = isIndexed(o.job) ? { succeeded: found.indexes.size, ...(found.indexes.size > 0 && { completedIndexes: indexesText(found.indexes) }), ...(counts.failedIndexes && { failedIndexes: indexesText(counts.failedIndexes) }) } : {};
  const uncountedTerminatedPods = { ...(found.succeeded.length > 0 && { succeeded: found.succeeded }), ...(found.failed.length > 0 && { failed: found.failed }) };
  return {
    status: { ...base, ...indexed, uncountedTerminatedPods, ...(conditions && conditions.length > 0 && { conditions }) },
    release: found.release,
    tracked,
    terminal: condition && !found.isFull ? newCondition(type, 'True', condition.reason ?? '', condition.message ?? '', o.now) : undefined,
  };
}

/** The status with its last condition; undefined while pods are uncounted or terminate. */
export function finished(status: JobStatus, terminal: JobCondition | undefined): JobStatus | undefined {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (!terminal || succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) return undefined;
  const completionTime = terminal.type === 'Complete' ? (terminal.lastTransitionTime ?? undefined) : undefined;
  return { ...status, conditions: withCondition(status.conditions ?? [], terminal), ...(completionTime !== undefined && { completionTime }) };
}
