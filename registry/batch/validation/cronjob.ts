/** CronJobs. Behaves like upstream pkg/apis/batch/validation/validation.go (ValidateCronJobCreate, ValidateCronJobUpdate). */
import type { CronJob, CronJobSpec, JobTemplateSpec } from '../../../apimachinery/types/batch.gen.ts';
import { invalid, notSupported, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { nonNegative, oneOf } from '../../core/validation/fields.ts';
import { templateOptions } from '../../core/validation/pod-options.ts';
import { isTimeZone, parseCronSchedule } from '../cron-schedule.ts';
import { validateJobSpec } from './job-spec.ts';

const SPEC = Path.of('spec');
const NAME_LIMIT = 52;

/** Why the schedule cannot be read. */
function scheduleProblem(text: string): string | undefined {
  try {
    parseCronSchedule(text);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function schedule({ schedule: text, timeZone }: CronJobSpec, old: CronJobSpec | undefined): FieldError[] {
  const path = SPEC.child('schedule');
  if (!text) return [required(path)];
  const problem = scheduleProblem(text);
  const errors = problem === undefined ? [] : [invalid(path, text, problem)];
  if (!text.includes('TZ')) return errors;
  if (!old?.schedule.includes('TZ'))
    return [...errors, invalid(path, text, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  return timeZone === undefined ? errors : [...errors, invalid(path, text, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')];
}

function timeZone(zone: string | undefined): FieldError[] {
  const path = SPEC.child('timeZone');
  if (zone === undefined) return [];
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')];
  const isWellFormed = zone.split('/').every((part) => part !== '.' && part !== '..' && /^(?!-)[A-Za-z._0-9+-]{1,14}$/.test(part));
  if (!isWellFormed) return [invalid(path, zone, `unknown time zone ${zone}`)];
  if (zone.toLowerCase() === 'local') {
    const local = invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
    return zone === 'Local' ? [local] : [local, invalid(path, zone, `unknown time zone ${zone}`)];
  }
  return isTimeZone(zone) ? [] : [invalid(path, zone, `unknown time zone ${zone}`)];
}

function jobTemplate({ spec }: JobTemplateSpec, old: JobTemplateSpec | undefined): FieldError[] {
  const path = SPEC.child('jobTemplate', 'spec');
  return [
    ...validateJobSpec(spec, path, templateOptions(old?.spec.template)),
    ...(spec.selector ? [invalid(path.child('selector'), spec.selector, '`selector` will be auto-generated')] : []),
    ...(spec.manualSelector ? [notSupported(path.child('manualSelector'), spec.manualSelector, ['nil', 'false'])] : []),
  ];
}

function check(spec: CronJobSpec, old?: CronJobSpec): FieldError[] {
  const seconds = spec.startingDeadlineSeconds;
  return [
    ...schedule(spec, old),
    ...nonNegative(seconds === undefined ? undefined : Number(seconds), SPEC.child('startingDeadlineSeconds')),
    ...(old && old.timeZone === spec.timeZone ? [] : timeZone(spec.timeZone)),
    ...oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], SPEC.child('concurrencyPolicy')),
    ...jobTemplate(spec.jobTemplate, old?.jobTemplate),
    ...nonNegative(spec.successfulJobsHistoryLimit, SPEC.child('successfulJobsHistoryLimit')),
    ...nonNegative(spec.failedJobsHistoryLimit, SPEC.child('failedJobsHistoryLimit')),
  ];
}

export function validateCronJobCreate({ metadata, spec }: CronJob): ErrorList {
  const { name = '' } = metadata;
  return [
    ...check(spec),
    ...(name.length > NAME_LIMIT ? [invalid(Path.of('metadata', 'name'), name, 'must be no more than 52 characters')] : []),
  ];
}

export const validateCronJobUpdate = (job: CronJob, old: CronJob): ErrorList => check(job.spec, old.spec);
