/** The stages of a pod on a simulated node: ready, and complete when a Job owns it. Pure. Behaves like upstream kwok's fast pod stages. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { Pod } from '../pods/conditions.ts';

export type PodStage = 'delete' | 'ready' | 'complete' | 'rest';

/** The stage that comes next. */
export function stageOf(pod: Pod): PodStage {
  if (pod.metadata.deletionTimestamp !== undefined) return 'delete';
  if ((pod.status.podIP ?? '') === '' && pod.status.phase === 'Pending') return 'ready';
  const isOfJob = pod.metadata.ownerReferences?.some((ref) => ref.kind === 'Job') === true;
  return pod.status.phase === 'Running' && isOfJob ? 'complete' : 'rest';
}

type Container = DeepReadonly<core.Container>;
type Status = Draft<core.ContainerStatus>;

const named = ({ image = '', name }: Container) => ({ image, imageID: '', lastState: {}, name, restartCount: 0 });

function running(container: Container, time: string): Status {
  return { ...named(container), ready: true, state: { running: { startedAt: time } } };
}

function completed(container: Container, time: string): Status {
  return { ...named(container), state: { terminated: { exitCode: 0, finishedAt: time, reason: 'Completed', startedAt: time } } };
}

function initStatus(container: Container, time: string): Status {
  return container.restartPolicy === 'Always' ? { ...running(container, time), started: true } : { ...completed(container, time), ready: true };
}

/** Those that the kubelet would set come first; the scheduler's stays. */
function readyConditions(pod: Pod, time: string): Draft<core.PodCondition>[] {
  const gates = (pod.spec.readinessGates ?? []).map((gate) => gate.conditionType);
  const types = ['Initialized', 'Ready', 'ContainersReady', ...gates];
  const kept = (pod.status.conditions ?? []).filter((c) => !types.includes(c.type));
  return [...types.map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: time })), ...kept];
}

/** `ips`: one a family, the first is the pod's. */
export function readyStatus(pod: Pod, ips: readonly string[], now: number): Draft<core.PodStatus> {
  const time = rfc3339(now);
  const { initContainers = [] } = pod.spec;
  return {
    ...pod.status,
    conditions: readyConditions(pod, time),
    containerStatuses: (pod.spec.containers ?? []).map((c) => running(c, time)),
    ...(initContainers.length > 0 && { initContainerStatuses: initContainers.map((c) => initStatus(c, time)) }),
    phase: 'Running',
    podIP: ips[0],
    podIPs: ips.map((ip) => ({ ip })),
    startTime: time,
  };
}

export function completeStatus(pod: Pod, now: number): Draft<core.PodStatus> {
  const time = rfc3339(now);
  return { ...pod.status, containerStatuses: (pod.spec.containers ?? []).map((c) => ({ ...completed(c, time), ready: false, started: false })), phase: 'Succeeded' };
}
