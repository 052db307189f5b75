/** Tells the world why a pod has no node: the event FailedScheduling and the condition PodScheduled. Behaves like upstream schedule_one.go handleSchedulingFailure. */
import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import type { Client } from '../client/interface.ts';
import type { EventsRecorder } from '../client/record/events-recorder.ts';
import { rfc3339, type Clock } from '../component-base/clock.ts';
import { describeError, type Log } from '../component-base/log.ts';
import type { Pod } from './framework/interface.ts';

export interface FailureSinks {
  readonly client: Client;
  readonly events: EventsRecorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface Failure {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  /** '' takes an earlier nomination back. */
  readonly nominatedNode?: string;
}

const NOTE_LIMIT = 1024;

export function truncated(message: string): string {
  return message.length <= NOTE_LIMIT ? message : `${message.slice(0, NOTE_LIMIT - 4)} ...`;
}

/** The patch of the pod's status; undefined when it says so already. */
export function conditionPatch(pod: Pod, failure: Failure, now: string): { status: unknown } | undefined {
  const old = pod.status.conditions?.find((c) => c.type === 'PodScheduled');
  const isChanged = failure.nominatedNode !== undefined && failure.nominatedNode !== (pod.status.nominatedNodeName ?? '');
  const nominated = isChanged ? { nominatedNodeName: failure.nominatedNode === '' ? null : failure.nominatedNode } : {};
  const isSame = old?.status === 'False' && old.reason === failure.reason && old.message === failure.message;
  if (isSame && Object.keys(nominated).length === 0) return undefined;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: failure.reason,
    message: failure.message,
    lastProbeTime: null,
    lastTransitionTime: old?.status === 'False' ? old.lastTransitionTime : now,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
  return { status: { conditions: [condition], ...nominated } };
}

export async function recordFailure({ client, events, clock, log, signal }: FailureSinks, pod: Pod, failure: Failure): Promise<void> {
  events.record({ regarding: pod, type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note: truncated(failure.message) });
  const body = conditionPatch(pod, failure, rfc3339(clock.now()));
  if (!body) return;
  try {
    await client.resource(core.Pod).subresource('status').patch(keyOf(pod), { type: 'strategic', body }, { signal });
  } catch (error) {
    if (!isNotFound(error) && !signal.aborted) log.warn('cannot write why a pod was not scheduled', { pod: pod.metadata.name, err: describeError(error) });
  }
}
