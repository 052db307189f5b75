/** What a Job has to do next: a pure decision over its status and its pods. Behaves like upstream pkg/controller/job/job_controller.go syncJob and manageJob. */
import { isPodActive, isPodReady, isPodTerminating, type Pod } from '../pods/conditions.ts';
import { compareForDeletion } from '../pods/deletion-order.ts';
import { nextRecord, remainingBackoff, type BackoffRecord } from './backoff.ts';
import { judgeFailure } from './failure-policy.ts';
import { firstPending, indexOf, parseIndexes } from './indexes.ts';
import { indexBackoff, isIndexFailed, podsAwaitingReplacement } from './per-index.ts';
import { metSuccessRule } from './success-policy.ts';
import { completionsOf, conditionOf, hasLimitPerIndex, isFailedPod, isIndexed, isSuspended, isTracked, isTrue, newCondition, parallelismOf, replacesOnlyFailed, type Job, type JobCondition } from './types.ts';

const MAX_PODS_PER_STEP = 500;

export interface Observed {
  readonly job: Job;
  readonly pods: readonly Pod[];
  /** Pods whose finalizer was removed though the cache shows it still. */
  readonly released: ReadonlySet<string>;
  readonly backoff: BackoffRecord;
  readonly now: number;
}

/** What the pods tell. */
export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly previousIndexes: ReadonlySet<number>;
  readonly succeededIndexes: ReadonlySet<number>;
  /** Only with a limit per index. */
  readonly failedIndexes?: ReadonlySet<number>;
  readonly awaitingReplacement: ReadonlyMap<number, Pod>;
  readonly backoff: BackoffRecord;
}

export type JobStep =
  | { readonly do: 'finish'; readonly condition: JobCondition }
  | { readonly do: 'delete'; readonly pods: readonly Pod[] }
  /** `indexes` only for Indexed Jobs. */
  | { readonly do: 'create'; readonly count: number; readonly indexes?: readonly number[] }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'nothing' };

function isCountable(o: Observed, pod: Pod, uncounted: readonly string[]): boolean {
  if (!isTracked(pod) || uncounted.includes(pod.metadata.uid) || o.released.has(pod.metadata.uid)) return false;
  if (!isIndexed(o.job)) return true;
  const i = indexOf(pod);
  return i !== undefined && i < completionsOf(o.job);
}

export function tally(o: Observed): Tally {
  const { job, pods } = o;
  const { succeeded: uncountedSucceeded = [], failed: uncountedFailed = [] } = job.status.uncountedTerminatedPods ?? {};
  const active = pods.filter(isPodActive);
  const newSucceeded = pods.filter((pod) => pod.status.phase === 'Succeeded' && isCountable(o, pod, uncountedSucceeded));
  const newFailed = pods.filter((pod) => isFailedPod(pod, job) && isCountable(o, pod, uncountedFailed));
  const completions = job.spec.completions ?? 0;
  const inRange = (pod: Pod): boolean => isTracked(pod) && (indexOf(pod) ?? Infinity) < completions;
  const indexesIn = (chosen: readonly Pod[]): number[] => chosen.filter(inRange).map((pod) => indexOf(pod) ?? 0);
  const previousIndexes = parseIndexes(isIndexed(job) ? job.status.completedIndexes : '', completions);
  const succeededIndexes = new Set([...previousIndexes, ...(isIndexed(job) ? indexesIn(pods.filter((pod) => pod.status.phase === 'Succeeded')) : [])]);
  const failedIndexes = hasLimitPerIndex(job) ? new Set([...parseIndexes(job.status.failedIndexes, completions), ...indexesIn(pods.filter((pod) => isIndexFailed(job, pod)))]) : undefined;
  const settled = new Set([...succeededIndexes, ...(failedIndexes ?? []), ...active.map((pod) => indexOf(pod) ?? -1)]);
  return {
    active,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter(isPodTerminating).length,
    succeeded: isIndexed(job) ? succeededIndexes.size : (job.status.succeeded ?? 0) + newSucceeded.length + uncountedSucceeded.length,
    failed: (job.status.failed ?? 0) + newFailed.filter((pod) => judgeFailure(job, pod).counts).length + uncountedFailed.length,
    previousIndexes,
    succeededIndexes,
    ...(failedIndexes && { failedIndexes }),
    awaitingReplacement: hasLimitPerIndex(job) ? podsAwaitingReplacement(job, pods, settled, o.now) : new Map(),
    backoff: nextRecord(o.backoff, newSucceeded, newFailed, o.now),
  };
}

function restartedTooOften(job: Job, pods: readonly Pod[]): boolean {
  if (job.spec.template.spec.restartPolicy !== 'OnFailure') return false;
  const running = pods.filter((pod) => pod.status.phase === 'Running' || pod.status.phase === 'Pending');
  const restarts = running.flatMap((pod) => [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]).reduce((n, s) => n + s.restartCount, 0);
  const limit = job.spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** Milliseconds until spec.activeDeadlineSeconds is over; undefined: there is none, or it does not run. */
export function deadlineIn(job: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || isSuspended(job)) return undefined;
  const start = job.status.startTime === undefined ? now : Date.parse(job.status.startTime);
  return start + activeDeadlineSeconds * 1000 - now;
}

/** Why the Job fails: undefined when it does not. */
function failure({ job, pods, now }: Observed, counts: Tally): JobCondition | undefined {
  const fails = (reason: string, message: string): JobCondition => newCondition('FailureTarget', 'True', reason, message, now);
  const target = conditionOf(job.status, 'FailureTarget');
  if (isTrue(target)) return newCondition('Failed', 'True', target.reason ?? '', target.message ?? '', now);
  const policy = pods.filter((pod) => isFailedPod(pod, job)).map((pod) => judgeFailure(job, pod).failsJob).find((message) => message !== undefined);
  if (policy !== undefined) return fails('PodFailurePolicy', policy);
  if (counts.failed > (job.spec.backoffLimit ?? 6) || restartedTooOften(job, pods)) return fails('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const left = deadlineIn(job, now);
  if (left !== undefined && left <= 0) return fails('DeadlineExceeded', 'Job was active longer than specified deadline');
  const { failedIndexes, succeededIndexes } = counts;
  if (!failedIndexes) return undefined;
  if (job.spec.maxFailedIndexes !== undefined && failedIndexes.size > job.spec.maxFailedIndexes) return fails('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  if (failedIndexes.size > 0 && failedIndexes.size + succeededIndexes.size >= completionsOf(job)) return fails('FailedIndexes', 'Job has failed indexes');
  return undefined;
}

/** Success by its criteria or failure, as a condition; undefined while neither is certain. All active pods must go then. */
export function verdict(o: Observed, counts: Tally): JobCondition | undefined {
  const met = conditionOf(o.job.status, 'SuccessCriteriaMet');
  if (isTrue(met)) return met;
  const failed = failure(o, counts);
  if (failed) return failed;
  const rule = isIndexed(o.job) ? metSuccessRule(o.job, counts.succeededIndexes) : undefined;
  return rule === undefined ? undefined : newCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', rule, o.now);
}

/** All pods of an index but the best, and those beyond the range, go before others. */
function duplicates(job: Job, active: readonly Pod[], now: number): Pod[] {
  if (!isIndexed(job)) return [];
  const sorted = [...active].sort((a, b) => compareForDeletion({ pod: a, rank: 0 }, { pod: b, rank: 0 }, now));
  const best = new Map<number, Pod>();
  for (const pod of sorted) if ((indexOf(pod) ?? Infinity) < completionsOf(job)) best.set(indexOf(pod) ?? 0, pod);
  const kept = new Set(best.values());
  return sorted.filter((pod) => !kept.has(pod));
}

function surplus(job: Job, active: readonly Pod[], count: number, now: number): readonly Pod[] {
  const extra = duplicates(job, active, now);
  if (extra.length >= count) return extra;
  const rest = active.filter((pod) => !extra.includes(pod)).sort((a, b) => compareForDeletion({ pod: a, rank: 0 }, { pod: b, rank: 0 }, now));
  return [...extra, ...rest.slice(0, count - extra.length)];
}

function wantedActive(job: Job, { succeeded, active }: Tally): number {
  if (job.spec.completions === undefined) return succeeded > 0 ? active.length : parallelismOf(job);
  return Math.max(0, Math.min(job.spec.completions - succeeded, parallelismOf(job)));
}

function creation(o: Observed, counts: Tally, count: number): JobStep {
  const { job, now } = o;
  if (!hasLimitPerIndex(job)) {
    const ms = remainingBackoff(counts.backoff, now);
    if (ms > 0) return { do: 'wait', ms };
  }
  if (!isIndexed(job)) return { do: 'create', count: Math.min(count, MAX_PODS_PER_STEP) };
  const terminating = replacesOnlyFailed(job) ? o.pods.filter(isPodTerminating) : [];
  const taken = new Set([...counts.succeededIndexes, ...(counts.failedIndexes ?? []), ...[...counts.active, ...terminating].map((pod) => indexOf(pod) ?? -1)]);
  const pending = firstPending(taken, Math.min(count, MAX_PODS_PER_STEP), completionsOf(job));
  if (!hasLimitPerIndex(job)) return { do: 'create', count: pending.length, indexes: pending };
  const waits = pending.map((i) => indexBackoff(counts.awaitingReplacement.get(i), now));
  const due = pending.filter((_, i) => waits[i] === 0);
  if (due.length === 0 && pending.length > 0) return { do: 'wait', ms: Math.min(...waits) };
  return { do: 'create', count: due.length, indexes: due };
}

/** The one step to take. `mayManage`: the caches show all that was done, and the Job is not being deleted. */
export function nextStep(o: Observed, counts: Tally, mayManage: boolean): JobStep {
  const condition = verdict(o, counts);
  if (condition) return { do: 'finish', condition };
  if (!mayManage) return { do: 'nothing' };
  const { active, terminating } = counts;
  if (isSuspended(o.job)) return active.length > 0 ? { do: 'delete', pods: active } : { do: 'nothing' };
  const wanted = wantedActive(o.job, counts);
  const extra = surplus(o.job, active, Math.max(0, active.length - wanted), o.now).slice(0, MAX_PODS_PER_STEP);
  if (extra.length > 0) return { do: 'delete', pods: extra };
  const missing = wanted - active.length - (replacesOnlyFailed(o.job) ? terminating : 0);
  return missing > 0 ? creation(o, counts, missing) : { do: 'nothing' };
}
