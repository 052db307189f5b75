import { keyOf, keyText, type Key } from '../apimachinery/meta.ts';
import * as batch from '../apimachinery/types/batch.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { claimObjects } from './framework/claim.ts';
import { defineController, index, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { selectorOf } from './framework/labels.ts';
import { controllerOf, refersTo } from './framework/owners.ts';
import { semanticEqual } from './framework/semantic-equal.ts';
import type { BackoffRecord } from './job/backoff.ts';
import { deadlineIn, nextStep, tally, type JobStep, type Observed, type Tally } from './job/next-step.ts';
import { countReleased, finished, track } from './job/status.ts';
import { completionsOf, isFinished, isSuspended, isTracked, newCondition, TRACKING, withCondition, type Job, type JobCondition, type JobStatus } from './job/types.ts';
import { createPods, deletePods, releasePod, writeStatus } from './job/writes.ts';
import type { Pod } from './pods/conditions.ts';

const BY_NAMESPACE = 'jobTrackedPods';

/** What is known beside the caches, by key. */
interface State {
  readonly backoff: Map<string, BackoffRecord>;
  /** Uids of pods whose finalizer is off and whose change was not yet seen. */
  readonly released: Map<string, Set<string>>;
  /** Uids of Jobs that finished and whose change was not yet seen. */
  readonly finished: Set<string>;
}

/** What a step did. */
interface Acted {
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly condition?: JobCondition;
  readonly error?: unknown;
  readonly requeueAfter?: number;
}

async function act(ctx: ControllerContext, job: Job, step: JobStep, counts: Tally, mayManage: boolean): Promise<Acted> {
  const { active, ready, terminating } = counts;
  const still = { active: active.length, ready, terminating };
  if (step.do === 'create') {
    const { created, error } = await createPods(ctx, job, step.count, step.indexes, counts);
    return { ...still, active: active.length + created, error };
  }
  if (step.do === 'wait') return { ...still, active: 0, requeueAfter: step.ms };
  if (step.do === 'nothing') return { ...still, ...completion(job, counts, ctx.now()) };
  const pods = step.do === 'delete' ? step.pods : active;
  const done = await deletePods(ctx, job, pods, step.do === 'delete');
  const left = { active: active.length - done.deleted, ready: ready - done.ready, terminating: terminating + done.deleted, error: done.error };
  return step.do === 'finish' && left.active === 0 && mayManage ? { ...left, condition: step.condition } : left;
}

function completion(job: Job, { succeeded, active }: Tally, now: number): { condition?: JobCondition } {
  const isComplete = job.spec.completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completionsOf(job) && active.length === 0;
  return isComplete ? { condition: newCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods', now) } : {};
}

/** Says Suspended or Resumed where that changed. */
function withSuspension(ctx: ControllerContext, job: Job, status: JobStatus): JobStatus {
  const now = ctx.now();
  const suspended = isSuspended(job);
  const condition = suspended ? newCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', now) : newCondition('Suspended', 'False', 'JobResumed', 'Job resumed', now);
  const before = status.conditions ?? [];
  const conditions = withCondition(before, condition);
  if (conditions === before) return status;
  ctx.recorder.event(job, 'Normal', suspended ? 'Suspended' : 'Resumed', condition.message ?? '');
  const { startTime: _, ...rest } = status;
  return suspended ? { ...rest, conditions } : { ...rest, conditions, startTime: rfc3339(now) };
}

async function removeFinalizers(ctx: ControllerContext, state: State, key: string, pods: readonly Pod[]): Promise<ReadonlySet<string>> {
  const expected = state.released.get(key) ?? new Set<string>();
  state.released.set(key, expected);
  const gone = new Set<string>();
  const results = await Promise.allSettled(
    pods.map(async (pod) => {
      expected.add(pod.metadata.uid);
      try {
        await releasePod(ctx, pod);
        gone.add(pod.metadata.uid);
      } catch (error) {
        expected.delete(pod.metadata.uid);
        throw error;
      }
    }),
  );
  const failed = results.find((r) => r.status === 'rejected');
  if (failed) ctx.log.warn('a finalizer of a finished pod could not be removed', { job: key, err: String(failed.reason) });
  return gone;
}

function report(ctx: ControllerContext, job: Job, terminal: JobCondition): void {
  if (terminal.type === 'Failed') return ctx.recorder.event(job, 'Warning', terminal.reason ?? '', terminal.message ?? '');
  if (job.spec.completions !== undefined && (job.status.succeeded ?? 0) > job.spec.completions) {
    ctx.recorder.event(job, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
  }
  ctx.recorder.event(job, 'Normal', 'Completed', 'Job completed');
}

/** Writes what changed, lets counted pods go, and finishes the Job when all are counted. */
async function settle(ctx: ControllerContext, state: State, o: Observed, counts: Tally, acted: Acted, base: JobStatus): Promise<void> {
  const key = keyText(keyOf(o.job));
  const before = { ...base, active: acted.active, ready: acted.ready, terminating: acted.terminating };
  const tracking = track(o, counts, before, acted.condition);
  let job: Job = semanticEqual(o.job.status, tracking.status) && o.job.status.ready !== undefined ? o.job : await writeStatus(ctx, o.job, tracking.status);
  state.backoff.set(key, counts.backoff);
  const gone = await removeFinalizers(ctx, state, key, tracking.release);
  const counted = countReleased(job.status, new Set([...tracking.tracked].filter((uid) => !gone.has(uid))));
  const end = finished(counted, tracking.terminal);
  if (!end && semanticEqual(counted, job.status)) return;
  job = await writeStatus(ctx, job, end ?? counted);
  if (!end || !tracking.terminal) return;
  state.finished.add(job.metadata.uid);
  report(ctx, job, tracking.terminal);
}

/** Uids of pods whose finalizer is off, as far as the cache does not show it. */
function stillReleased(state: State, key: string, pods: readonly Pod[]): ReadonlySet<string> {
  const expected = state.released.get(key) ?? new Set<string>();
  const tracked = new Set(pods.filter(isTracked).map((pod) => pod.metadata.uid));
  for (const uid of expected) if (!tracked.has(uid)) expected.delete(uid);
  return expected;
}

/** Pods that are tracked by no Job any more lose their finalizers. */
async function releaseOrphans(ctx: ControllerContext, { namespace }: Key): Promise<void> {
  for (const pod of ctx.lister(core.Pod).byIndex(BY_NAMESPACE, namespace)) if (isOrphan(pod, ctx)) await releasePod(ctx, pod);
}

function isOrphan(pod: Pod, ctx: ControllerContext): boolean {
  const ref = controllerOf(pod);
  if (!ref || !refersTo(ref, batch.Job)) return true;
  return ctx.lister(batch.Job).get({ namespace: pod.metadata.namespace, name: ref.name })?.metadata.uid !== ref.uid;
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<Result | void> {
  const text = keyText(key);
  await releaseOrphans(ctx, key);
  const job = ctx.lister(batch.Job).get(key);
  if (!job || isFinished(job)) {
    for (const known of [state.backoff, state.released]) known.delete(text);
    if (job) state.finished.delete(job.metadata.uid);
    else ctx.expectations.forget(text);
    return;
  }
  const { managedBy = 'kubernetes.io/job-controller' } = job.spec;
  if (managedBy !== 'kubernetes.io/job-controller' || state.finished.has(job.metadata.uid)) return;
  const mayManage = ctx.expectations.satisfied(text);
  const candidates = [...ctx.owned(core.Pod, job), ...ctx.orphans(core.Pod, key.namespace)];
  const pods = await claimObjects<core.Pod>(ctx, { owner: job, ownerType: batch.Job, type: core.Pod, matches: selectorOf(job.spec.selector), candidates, finalizers: [TRACKING] });
  const observed: Observed = { job, pods, released: stillReleased(state, text, pods), backoff: state.backoff.get(text) ?? { failures: 0 }, now: ctx.now() };
  const counts = tally(observed);
  const step = nextStep(observed, counts, mayManage && job.metadata.deletionTimestamp === undefined);
  const acted = await act(ctx, job, step, counts, mayManage);
  const started = job.status.startTime === undefined && !isSuspended(job) ? { ...job.status, startTime: rfc3339(ctx.now()) } : job.status;
  const isManaged = mayManage && job.metadata.deletionTimestamp === undefined && acted.condition === undefined && step.do !== 'finish';
  await settle(ctx, state, observed, counts, acted, isManaged ? withSuspension(ctx, job, started) : started);
  if (acted.error !== undefined) throw acted.error;
  const waits = [acted.requeueAfter, step.do === 'finish' ? undefined : deadlineIn(job, ctx.now())].filter((ms) => ms !== undefined);
  return waits.length === 0 ? undefined : { requeueAfter: Math.max(1, Math.min(...waits)) };
}

function ofPod(pod: Pod, ctx: ControllerContext): Key[] {
  const { namespace, name, labels } = pod.metadata;
  if (isTracked(pod) && isOrphan(pod, ctx)) return [{ namespace, name: labels?.['batch.kubernetes.io/job-name'] ?? name }];
  if (controllerOf(pod)) return [];
  return ctx.lister(batch.Job).list(namespace).filter((job) => selectorOf(job.spec.selector)(labels)).map(keyOf);
}

/** Behaves like upstream pkg/controller/job. */
export default defineController<batch.Job, State>({
  name: 'job-controller',
  for: batch.Job,
  owns: [core.Pod],
  ownedDelay: 1_000,
  watches: [watch(core.Pod, ofPod)],
  indexes: [index(core.Pod, BY_NAMESPACE, (pod) => (isTracked(pod) ? [pod.metadata.namespace] : []))],
  setup: () => ({ backoff: new Map(), released: new Map(), finished: new Set() }),
  reconcile,
});
