/** Makes a new status consistent with the one before: transition times, start time, the order of things, and no step back. Behaves like upstream pkg/kubelet/status updateStatusInternal. */
import { rfc3339 } from '../../component-base/clock.ts';
import { findContainer, initContainersOf, isRestartableInit, type ContainerStatus, type Pod, type PodStatus } from '../container/pod.ts';
import { containerShouldRestart } from '../container/restart-policy.ts';

const MAX_MESSAGES = 12 * 1024;

/** Why the change is refused: a container that ended for good does not run again. Undefined when it is fine. */
export function illegalTransition(pod: Pod, before: PodStatus, after: PodStatus): string | undefined {
  if (pod.spec.restartPolicy === 'Always') return undefined;
  return illegalIn(pod, before.containerStatuses, after.containerStatuses, 'container') ?? illegalIn(pod, before.initContainerStatuses, after.initContainerStatuses, 'init container');
}

function illegalIn(pod: Pod, before: readonly ContainerStatus[] = [], after: readonly ContainerStatus[] = [], word: string): string | undefined {
  for (const old of before) {
    const spec = findContainer(pod, old.name);
    const end = old.state.terminated;
    if (!end || !spec || isRestartableInit(spec) || containerShouldRestart(spec, pod.spec.restartPolicy, end.exitCode)) continue;
    const now = after.find((s) => s.name === old.name);
    if (now && !now.state.terminated) return `terminated ${word} ${old.name} attempted illegal transition to non-terminated state`;
  }
  return undefined;
}

/** A copy with times and limits set. */
export function normalizedStatus(pod: Pod, before: PodStatus, after: PodStatus, now: number): PodStatus {
  const time = rfc3339(now);
  const limit = Math.floor(MAX_MESSAGES / Math.max(1, (pod.spec.containers?.length ?? 0) + initContainersOf(pod).length + (pod.spec.ephemeralContainers?.length ?? 0)));
  const status: PodStatus = { ...after, startTime: before.startTime ?? after.startTime ?? time };
  if (after.conditions) status.conditions = after.conditions.map((c) => {
    const old = before.conditions?.find((o) => o.type === c.type);
    return { ...c, lastTransitionTime: old && old.status === c.status && old.lastTransitionTime !== null ? old.lastTransitionTime : c.type === 'DisruptionTarget' && !old ? (c.lastTransitionTime ?? time) : time };
  });
  if ((before.observedGeneration ?? 0) > (status.observedGeneration ?? 0)) status.observedGeneration = before.observedGeneration as number;
  for (const key of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const) {
    const list = status[key];
    if (list) status[key] = list.map((s) => withLimit(s, limit));
  }
  return status;
}

function withLimit(status: ContainerStatus, limit: number): ContainerStatus {
  const cut = (state: ContainerStatus['state']): ContainerStatus['state'] =>
    state.terminated?.message !== undefined && state.terminated.message.length > limit ? { ...state, terminated: { ...state.terminated, message: state.terminated.message.slice(0, limit) } } : state;
  return { ...status, state: cut(status.state), lastState: cut(status.lastState) };
}
