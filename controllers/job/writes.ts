/** The writes of the job controller. */
import { isNotFound } from '../../apimachinery/errors.ts';
import { keyOf, keyText } from '../../apimachinery/meta.ts';
import * as batch from '../../apimachinery/types/batch.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import type { ControllerContext } from '../framework/definition.ts';
import { slowStartBatch } from '../framework/slow-start.ts';
import { isNamespaceTerminating } from '../framework/status-errors.ts';
import { isPodReady, type Pod } from '../pods/conditions.ts';
import { createPod, deletePod, podFromTemplate } from '../pods/control.ts';
import { COMPLETION_INDEX } from './indexes.ts';
import { failureAnnotations } from './per-index.ts';
import type { Tally } from './next-step.ts';
import { hasLimitPerIndex, TRACKING, type Job, type JobStatus } from './types.ts';

type Container = DeepReadonly<core.Container>;
const ENV = 'JOB_COMPLETION_INDEX';

function withIndexVariable(containers: readonly Container[] | undefined | null): readonly Container[] {
  const variable = { name: ENV, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } } };
  return (containers ?? []).map((c) => (c.env?.some((e) => e.name === ENV) ? c : { ...c, env: [...(c.env ?? []), variable] }) as Container);
}

function podOf(job: Job, index: number | undefined, counts: Tally): Draft<core.Pod> {
  const pod = podFromTemplate(job.spec.template, job, batch.Job);
  const metadata = { ...pod.metadata, finalizers: [...new Set([...(pod.metadata?.finalizers ?? []), TRACKING])] };
  if (index === undefined) return { ...pod, metadata };
  const tail = `-${index}-`;
  const spec = job.spec.template.spec;
  return {
    metadata: {
      ...metadata,
      generateName: `${job.metadata.name.slice(0, 58 - tail.length)}${tail}`,
      labels: { ...pod.metadata?.labels, [COMPLETION_INDEX]: String(index) },
      annotations: { ...pod.metadata?.annotations, [COMPLETION_INDEX]: String(index), ...(hasLimitPerIndex(job) && failureAnnotations(job, counts.awaitingReplacement.get(index))) },
    },
    spec: { ...spec, hostname: `${job.metadata.name}-${index}`, containers: withIndexVariable(spec.containers), ...(spec.initContainers && { initContainers: withIndexVariable(spec.initContainers) }) },
  };
}

/** How many were created. The first failure is thrown after all of its batch were tried, with the count in `created`. */
export async function createPods(ctx: ControllerContext, job: Job, count: number, indexes: readonly number[] | undefined, counts: Tally): Promise<{ readonly created: number; readonly error?: unknown }> {
  const key = keyText(keyOf(job));
  ctx.expectations.expectCreations(key, count);
  const { successes, error } = await slowStartBatch(count, async (i) => {
    try {
      await createPod(ctx, podOf(job, indexes?.[i], counts), job);
    } catch (failure) {
      if (!isNamespaceTerminating(failure)) throw failure;
    }
  });
  for (let i = successes; i < count; i++) ctx.expectations.creationObserved(key);
  return { created: successes, error };
}

/** Takes the finalizer off; true when it is off. */
export async function releasePod(ctx: ControllerContext, pod: Pod): Promise<boolean> {
  try {
    await ctx.client.resource(core.Pod).patch(keyOf(pod), { type: 'strategic', body: { metadata: { uid: pod.metadata.uid, '$deleteFromPrimitiveList/finalizers': [TRACKING] } } });
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    throw error;
  }
}

export interface Deleted {
  readonly deleted: number;
  readonly ready: number;
  readonly error?: unknown;
}

/** `uncounted`: without their finalizers, so that they count neither as failed nor as succeeded. */
export async function deletePods(ctx: ControllerContext, job: Job, pods: readonly Pod[], uncounted: boolean): Promise<Deleted> {
  const key = keyText(keyOf(job));
  if (uncounted) ctx.expectations.expectDeletions(key, pods.map((pod) => pod.metadata.uid));
  const results = await Promise.allSettled(
    pods.map(async (pod) => {
      try {
        if (uncounted) await releasePod(ctx, pod);
        await deletePod(ctx, pod, job);
      } catch (error) {
        ctx.expectations.deletionObserved(key, pod.metadata.uid);
        if (!isNotFound(error)) throw error;
      }
    }),
  );
  const gone = pods.filter((_, i) => results[i]?.status === 'fulfilled');
  const failed = results.find((r) => r.status === 'rejected');
  return { deleted: gone.length, ready: gone.filter(isPodReady).length, ...(failed && { error: failed.reason }) };
}

export async function writeStatus(ctx: ControllerContext, job: Job, status: JobStatus): Promise<Job> {
  return ctx.client.resource(batch.Job).subresource<batch.Job>('status').update(keyOf(job), { ...job, status });
}
