/** The status of jobs, which other controllers may manage, too. Behaves like upstream pkg/apis/batch/validation/validation.go (ValidateJobUpdateStatus) and pkg/registry/batch/job/strategy.go. */
import type { Job } from '../../../apimachinery/types/batch.gen.ts';
import { duplicate, invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { counters, unshown } from '../../core/validation/fields.ts';
import { countIndexes, sharedIndex } from './indexes.ts';

const STATUS = Path.of('status');
const CONDITIONS = STATUS.child('conditions');

const has = (job: Job, type: string, status = 'True'): boolean =>
  (job.status.conditions ?? []).some((c) => c.type === type && c.status === status);
const isFinished = (job: Job): boolean => has(job, 'Complete') || has(job, 'Failed');
const when = (isWrong: boolean, error: () => FieldError): FieldError[] => (isWrong ? [error()] : []);

/** What an update touches: old faults are not told again. */
class Change {
  readonly #job: Job;
  readonly #old: Job;

  constructor(job: Job, old: Job) {
    this.#job = job;
    this.#old = old;
  }

  of(...fields: readonly (keyof Job['status'])[]): boolean {
    return fields.some((f) => !semanticEqual(this.#job.status[f], this.#old.status[f]));
  }

  conditions(...types: readonly string[]): boolean {
    return types.some((t) => has(this.#job, t) !== has(this.#old, t));
  }

  finished(): boolean {
    return isFinished(this.#job) !== isFinished(this.#old);
  }
}

function uncounted({ status }: Job): FieldError[] {
  const path = STATUS.child('uncountedTerminatedPods');
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    (status.uncountedTerminatedPods?.[list] ?? []).flatMap((uid, i) => {
      const at = path.child(list).index(i);
      if (uid === '') return [invalid(at, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(at, uid)];
      seen.add(uid);
      return [];
    }),
  );
}

function conditionPairs(job: Job, change: Change): FieldError[] {
  const complete = has(job, 'Complete');
  const met = has(job, 'SuccessCriteriaMet');
  return [
    ...when(change.conditions('Complete', 'Failed') && complete && has(job, 'Failed'), () =>
      unshown(CONDITIONS, 'cannot set Complete=True and Failed=true conditions'),
    ),
    ...when(change.conditions('Complete', 'FailureTarget') && complete && has(job, 'FailureTarget'), () =>
      unshown(CONDITIONS, 'cannot set Complete=True and FailureTarget=true conditions'),
    ),
    ...completionTime(job, change),
    ...when((change.conditions('Failed') || change.of('failedIndexes')) && has(job, 'Failed') && !has(job, 'FailureTarget'), () =>
      unshown(CONDITIONS, 'cannot set Failed=True condition without the FailureTarget=true condition'),
    ),
    ...when(change.conditions('Complete', 'SuccessCriteriaMet') && complete && !met, () =>
      unshown(CONDITIONS, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
    ),
  ];
}

function completionTime(job: Job, change: Change): FieldError[] {
  const { startTime, completionTime: end } = job.status;
  const path = STATUS.child('completionTime');
  const touched = change.conditions('Complete') || change.of('completionTime');
  return [
    ...when(touched && end !== undefined && !has(job, 'Complete'), () =>
      invalid(path, end, 'cannot set completionTime when there is no Complete=True condition'),
    ),
    ...when(touched && end === undefined && has(job, 'Complete'), () => required(path, 'completionTime is required for Complete jobs')),
    ...when(
      change.of('startTime', 'completionTime') && startTime !== undefined && end !== undefined && Date.parse(end) < Date.parse(startTime),
      () => invalid(path, end, 'must be equal to or after `startTime`'),
    ),
  ];
}

function finishedJob(job: Job, change: Change): FieldError[] {
  const { status, spec } = job;
  if (!isFinished(job)) return [];
  const isIdle = spec.suspend === true && spec.completions === 0;
  const waiting = status.uncountedTerminatedPods;
  const count = (waiting?.failed ?? []).length + (waiting?.succeeded ?? []).length;
  return [
    ...when((change.finished() || change.of('active')) && (status.active ?? 0) > 0, () =>
      invalid(STATUS.child('active'), status.active, 'active>0 is invalid for finished job'),
    ),
    ...when((change.finished() || change.of('startTime')) && !isIdle && status.startTime === undefined, () =>
      required(STATUS.child('startTime'), 'startTime is required for finished job'),
    ),
    ...when((change.finished() || change.of('uncountedTerminatedPods')) && count > 0, () =>
      invalid(
        STATUS.child('uncountedTerminatedPods'),
        { Succeeded: waiting?.succeeded ?? null, Failed: waiting?.failed ?? null },
        'must be empty for finished job',
      ),
    ),
  ];
}

function indexes({ spec, status }: Job, change: Change): FieldError[] {
  const { completedIndexes = '', failedIndexes } = status;
  const [done, failed] = [STATUS.child('completedIndexes'), STATUS.child('failedIndexes')];
  const [doneTouched, failedTouched] = [change.of('completedIndexes'), change.of('failedIndexes')];
  const wrong = (text: string): string | undefined => {
    const result = spec.completions === undefined ? 0 : countIndexes(text, spec.completions);
    return typeof result === 'string' ? result : undefined;
  };
  const shared = sharedIndex(completedIndexes, failedIndexes ?? '', spec.completions ?? 0);
  const [doneProblem, failedProblem] = [
    wrong(completedIndexes),
    spec.backoffLimitPerIndex === undefined ? undefined : wrong(failedIndexes ?? ''),
  ];
  return [
    ...when(doneTouched && doneProblem !== undefined, () =>
      invalid(done, completedIndexes, `error parsing completedIndexes: ${doneProblem}`),
    ),
    ...when(failedTouched && failedProblem !== undefined, () =>
      invalid(failed, failedIndexes, `error parsing failedIndexes: ${failedProblem}`),
    ),
    ...when(doneTouched && completedIndexes !== '' && spec.completionMode !== 'Indexed', () =>
      invalid(done, completedIndexes, 'cannot set non-empty completedIndexes when non-indexed completion mode'),
    ),
    ...when(failedTouched && failedIndexes !== undefined && spec.backoffLimitPerIndex === undefined, () =>
      invalid(failed, failedIndexes, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null'),
    ),
    ...when((doneTouched || failedTouched) && spec.completions !== undefined && shared !== undefined, () =>
      invalid(failed, failedIndexes, `failedIndexes and completedIndexes overlap at index: ${shared}`),
    ),
  ];
}

function podCounts(job: Job, change: Change): FieldError[] {
  const { terminating = 0, ready, active = 0 } = job.status;
  return [
    ...when((change.finished() || change.of('terminating')) && terminating > 0 && isFinished(job), () =>
      invalid(STATUS.child('terminating'), terminating, 'terminating>0 is invalid for finished job'),
    ),
    ...when(change.of('ready', 'active') && (ready ?? 0) > active, () =>
      invalid(STATUS.child('ready'), ready, 'cannot set more ready pods than active'),
    ),
  ];
}

function successCriteria(job: Job): FieldError[] {
  const met = has(job, 'SuccessCriteriaMet');
  return [
    ...when(met && has(job, 'Failed'), () => unshown(CONDITIONS, 'cannot set SuccessCriteriaMet=True and Failed=true conditions')),
    ...when(met && has(job, 'FailureTarget'), () =>
      unshown(CONDITIONS, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'),
    ),
    ...when(job.spec.successPolicy !== undefined && !met && has(job, 'Complete'), () =>
      unshown(CONDITIONS, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True'),
    ),
  ];
}

function regressions(job: Job, old: Job, change: Change): FieldError[] {
  const { status, spec } = job;
  const mayShrink = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  const isResuming = has(old, 'Suspended') && has(job, 'Suspended', 'False');
  const [wasMet, isMet] = [has(old, 'SuccessCriteriaMet'), has(job, 'SuccessCriteriaMet')];
  const fell = (field: 'failed' | 'succeeded'): FieldError[] =>
    when((status[field] ?? 0) < (old.status[field] ?? 0), () =>
      invalid(STATUS.child(field), status[field] ?? 0, `cannot decrease the ${field} counter`),
    );
  const endMoved = status.completionTime !== undefined && old.status.completionTime !== undefined && change.of('completionTime');
  return [
    ...['Failed', 'Complete', 'FailureTarget'].flatMap((type) =>
      when(has(old, type) && !has(job, type), () => unshown(CONDITIONS, `cannot disable the terminal ${type}=True condition`)),
    ),
    ...fell('failed'),
    ...(mayShrink ? [] : fell('succeeded')),
    ...when(endMoved, () => invalid(STATUS.child('completionTime'), status.completionTime, 'field is immutable')),
    ...when(change.of('startTime') && !isResuming && old.status.startTime !== undefined && !spec.suspend, () =>
      required(STATUS.child('startTime'), 'startTime cannot be removed for unsuspended job'),
    ),
    ...when(wasMet && !isMet, () => unshown(CONDITIONS, 'cannot disable the SuccessCriteriaMet=True condition')),
    ...when(has(old, 'Complete') && !wasMet && isMet, () =>
      unshown(CONDITIONS, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'),
    ),
  ];
}

export function validateJobStatusUpdate(job: Job, old: Job): ErrorList {
  const change = new Change(job, old);
  return [
    ...counters({ ...job.status }, ['active', 'succeeded', 'failed', 'ready', 'terminating'], STATUS),
    ...uncounted(job),
    ...conditionPairs(job, change),
    ...finishedJob(job, change),
    ...indexes(job, change),
    ...podCounts(job, change),
    ...successCriteria(job),
    ...regressions(job, old, change),
  ];
}
