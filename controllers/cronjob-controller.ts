import { isAlreadyExists, isNotFound } from '../apimachinery/errors.ts';
import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as batch from '../apimachinery/types/batch.gen.ts';
import type * as core from '../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { finishedAs, jobOf, nextStep, surplusJobs, type CronJob, type Job } from './cronjob/plan.ts';
import { parseSchedule, type Schedule } from './cronjob/schedule.ts';
import { defineController, type ControllerContext, type Result } from './framework/definition.ts';
import { isControlledBy } from './framework/owners.ts';
import { semanticEqual } from './framework/semantic-equal.ts';
import { isNamespaceTerminating, messageOf } from './framework/status-errors.ts';

type Status = DeepReadonly<batch.CronJobStatus>;
type Ref = DeepReadonly<core.ObjectReference>;

const refTo = ({ metadata: { namespace, name, uid, resourceVersion } }: Job): Ref => ({ kind: 'Job', namespace, name, uid, apiVersion: 'batch/v1', resourceVersion });

async function remove(ctx: ControllerContext, cronJob: CronJob, job: Job): Promise<void> {
  try {
    await ctx.client.resource(batch.Job).delete(keyOf(job), { propagationPolicy: 'Background' });
  } catch (error) {
    if (isNotFound(error)) return;
    ctx.recorder.event(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${messageOf(error)}`);
    throw error;
  }
  ctx.recorder.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
}

/** What became of the jobs that the status calls active, and of others. */
async function followJobs(ctx: ControllerContext, cronJob: CronJob, jobs: readonly Job[]): Promise<Status> {
  const before = cronJob.status ?? {};
  let active = before.active ?? [];
  let { lastSuccessfulTime } = before;
  for (const job of jobs) {
    const isActive = active.some((ref) => ref.uid === job.metadata.uid);
    const end = finishedAs(job);
    if (!isActive && end === undefined) ctx.recorder.event(cronJob, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${job.metadata.name}`);
    if (isActive && end !== undefined) {
      active = active.filter((ref) => ref.uid !== job.metadata.uid);
      ctx.recorder.event(cronJob, 'Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${end}`);
    }
    const { completionTime } = job.status ?? {};
    if (end === 'Complete' && completionTime !== undefined && (lastSuccessfulTime === undefined || completionTime > lastSuccessfulTime)) lastSuccessfulTime = completionTime;
  }
  for (const ref of active.filter((r) => !jobs.some((job) => job.metadata.uid === r.uid))) {
    if (!(await isGone(ctx, ref))) continue;
    ctx.recorder.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${ref.name}`);
    active = active.filter((r) => r !== ref);
  }
  return { ...before, active, ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }) };
}

async function isGone(ctx: ControllerContext, { namespace = '', name = '', uid }: Ref): Promise<boolean> {
  try {
    return (await ctx.client.resource(batch.Job).get({ namespace, name })).metadata.uid !== uid;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

async function writeStatus(ctx: ControllerContext, cronJob: CronJob, status: Status): Promise<CronJob> {
  if (semanticEqual(cronJob.status, status)) return cronJob;
  return ctx.client.resource(batch.CronJob).subresource<batch.CronJob>('status').update(keyOf(cronJob), { ...cronJob, status });
}

function scheduleOf(ctx: ControllerContext, cronJob: CronJob): Schedule | undefined {
  const { schedule, timeZone } = cronJob.spec;
  if (schedule.includes('TZ')) ctx.recorder.event(cronJob, 'Warning', 'UnsupportedSchedule', `CRON_TZ or TZ used in schedule "${schedule}" is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`);
  try {
    return parseSchedule(schedule, timeZone);
  } catch (error) {
    ctx.recorder.event(cronJob, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${schedule}" : ${messageOf(error)}`);
    return undefined;
  }
}

/** undefined when nothing was started: the job is another's, or the namespace is going. */
async function start(ctx: ControllerContext, cronJob: CronJob, time: number): Promise<Job | undefined> {
  const wanted = jobOf(cronJob, time);
  const jobs = ctx.client.resource(batch.Job);
  try {
    const job = await jobs.create(wanted);
    ctx.recorder.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
    return job;
  } catch (error) {
    if (isNamespaceTerminating(error)) return undefined;
    if (!isAlreadyExists(error)) {
      ctx.recorder.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
      throw error;
    }
    const known = await jobs.get({ namespace: cronJob.metadata.namespace, name: wanted.metadata?.name ?? '' });
    if (!isControlledBy(known, cronJob)) throw error;
    return finishedAs(known) === undefined ? known : undefined;
  }
}

async function run(ctx: ControllerContext, cronJob: CronJob, schedule: Schedule, jobs: readonly Job[]): Promise<void> {
  const now = ctx.now();
  const active = cronJob.status?.active ?? [];
  const step = nextStep(cronJob, schedule, active.length, now);
  if (step.do === 'miss') return ctx.recorder.event(cronJob, 'Warning', 'MissSchedule', `Missed scheduled time to start a job: ${new Date(step.time).toUTCString().replace('GMT', '+0000')}`);
  if (step.do === 'forbid') return ctx.recorder.event(cronJob, 'Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid');
  if (step.do === 'wait') return;
  if (step.missedMany) ctx.recorder.event(cronJob, 'Warning', 'TooManyMissedTimes', 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew');
  const replaced = step.replaces ? jobs.filter((job) => active.some((ref) => ref.uid === job.metadata.uid)) : [];
  for (const job of replaced) await remove(ctx, cronJob, job);
  const job = await start(ctx, cronJob, step.time);
  const left = active.filter((ref) => !replaced.some((r) => r.metadata.uid === ref.uid));
  await writeStatus(ctx, cronJob, { ...cronJob.status, active: job ? [...left, refTo(job)] : left, lastScheduleTime: rfc3339(step.time) });
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const found = ctx.lister(batch.CronJob).get(key);
  if (!found) return;
  const jobs = ctx.owned(batch.Job, found);
  for (const job of surplusJobs(found, jobs)) await remove(ctx, found, job);
  const cronJob = await writeStatus(ctx, found, await followJobs(ctx, found, jobs));
  if (cronJob.metadata.deletionTimestamp !== undefined || cronJob.spec.suspend === true) return;
  const schedule = scheduleOf(ctx, cronJob);
  if (!schedule) return;
  if (schedule.next(ctx.now()) === Infinity) return ctx.recorder.event(cronJob, 'Warning', 'InvalidSchedule', `invalid schedule: ${cronJob.spec.schedule} : time difference between two schedules is less than 1 second`);
  await run(ctx, cronJob, schedule, jobs);
  const next = schedule.next(ctx.now());
  return next === Infinity ? undefined : { requeueAfter: next - ctx.now() + 100 };
}

/** Behaves like upstream pkg/controller/cronjob. */
export default defineController({ name: 'cronjob-controller', for: batch.CronJob, owns: [batch.Job], reconcile });
