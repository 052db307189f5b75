/** What a CronJob has to do now. Pure. Behaves like upstream pkg/controller/cronjob/cronjob_controllerv2.go. */
import * as batch from '../../apimachinery/types/batch.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { controllerRef } from '../framework/owners.ts';
import { mostRecent, type Schedule } from './schedule.ts';

export type CronJob = DeepReadonly<batch.CronJob>;
export type Job = DeepReadonly<batch.Job>;

/** Complete or Failed; undefined while it goes on. */
export function finishedAs(job: Job): string | undefined {
  return job.status?.conditions?.find((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True')?.type;
}

export type CronStep =
  | { readonly do: 'wait' }
  | { readonly do: 'miss'; readonly time: number }
  | { readonly do: 'forbid' }
  /** Active jobs go first when `replaces`. */
  | { readonly do: 'start'; readonly time: number; readonly replaces: boolean; readonly missedMany: boolean };

const started = (cronJob: CronJob): number => Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp);

/** `active`: how many of its jobs run. */
export function nextStep(cronJob: CronJob, schedule: Schedule, active: number, now: number): CronStep {
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  const deadline = startingDeadlineSeconds === undefined ? -Infinity : now - startingDeadlineSeconds * 1000;
  const { time, isMany } = mostRecent(schedule, Math.max(started(cronJob), deadline), now);
  if (time === undefined) return { do: 'wait' };
  if (startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < now) return { do: 'miss', time };
  if (cronJob.status?.lastScheduleTime !== undefined && Date.parse(cronJob.status.lastScheduleTime) === time) return { do: 'wait' };
  if (concurrencyPolicy === 'Forbid' && active > 0) return { do: 'forbid' };
  return { do: 'start', time, replaces: concurrencyPolicy === 'Replace', missedMany: isMany };
}

/** The time in the zone, as RFC 3339 with its offset. */
function zonedTime(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'longOffset' }).formatToParts(ms);
  const of = (type: string): string => parts.find((p) => p.type === type)?.value ?? '';
  const offset = of('timeZoneName').replace('GMT', '');
  return `${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}${offset === '' || offset === '+00:00' ? 'Z' : offset}`;
}

/** The name follows from the time: no time starts two jobs. */
export function jobOf(cronJob: CronJob, time: number): Draft<batch.Job> {
  const { labels, annotations } = cronJob.spec.jobTemplate.metadata ?? {};
  return {
    metadata: {
      namespace: cronJob.metadata.namespace,
      name: `${cronJob.metadata.name}-${Math.floor(time / 60_000)}`,
      ...(labels && { labels }),
      annotations: { ...annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': zonedTime(time, cronJob.spec.timeZone ?? 'UTC') },
      ownerReferences: [controllerRef(cronJob, batch.CronJob)],
    },
    spec: cronJob.spec.jobTemplate.spec,
  };
}

/** Finished jobs beyond the history limits, oldest first. */
export function surplusJobs(cronJob: CronJob, jobs: readonly Job[]): readonly Job[] {
  const byStart = (a: Job, b: Job): number => ((a.status?.startTime ?? '') < (b.status?.startTime ?? '') ? -1 : (a.status?.startTime ?? '') > (b.status?.startTime ?? '') ? 1 : a.metadata.name < b.metadata.name ? -1 : 1);
  const over = (type: string, limit: number | undefined): readonly Job[] => {
    const finished = jobs.filter((job) => finishedAs(job) === type).sort(byStart);
    return limit === undefined ? [] : finished.slice(0, Math.max(0, finished.length - limit));
  };
  return [...over('Complete', cronJob.spec.successfulJobsHistoryLimit), ...over('Failed', cronJob.spec.failedJobsHistoryLimit)];
}
