/** The last status of a pod whose containers are all gone. Behaves like upstream pkg/kubelet/status TerminatePod. */
import { initContainersOf, isRestartableInit, isStaticPod, isTerminalPhase, type ContainerStatus, type Pod, type PodStatus } from '../container/pod.ts';

const UNKNOWN_END = { reason: 'ContainerStatusUnknown', message: 'The container could not be located when the pod was terminated', exitCode: 137, startedAt: null, finishedAt: null };

function hasInitialized(pod: Pod): boolean {
  const containers = initContainersOf(pod);
  if (containers.length === 0) return true;
  if ((pod.status.containerStatuses ?? []).some((s) => s.lastState?.terminated || !s.state?.waiting)) return true;
  const last = pod.status.initContainerStatuses?.at(-1);
  const spec = containers.find((c) => c.name === last?.name);
  if (!last || !spec) return false;
  if (isRestartableInit(spec)) return last.state.running !== undefined && last.started === true;
  return last.state.terminated?.exitCode === 0 || last.lastState?.terminated?.exitCode === 0;
}

/** How many of the init containers show signs of having run; at least one. */
function startedInits(statuses: readonly ContainerStatus[]): number {
  const last = statuses.findLastIndex((s) => !s.state.waiting || s.lastState?.terminated);
  return last >= 0 ? last + 1 : Math.min(1, statuses.length);
}

const ended = (status: ContainerStatus): ContainerStatus => (status.state.terminated ? status : { ...status, state: { terminated: { ...UNKNOWN_END } } });

export function terminatedStatus(pod: Pod, status: PodStatus): PodStatus {
  const out: PodStatus = { ...status };
  if (out.containerStatuses && hasInitialized(pod)) out.containerStatuses = out.containerStatuses.map(ended);
  if (out.initContainerStatuses) {
    const count = startedInits(out.initContainerStatuses);
    out.initContainerStatuses = out.initContainerStatuses.map((s, i) => (i < count ? ended(s) : s));
  }
  if (!isStaticPod(pod) && !isTerminalPhase(out.phase)) out.phase = 'Failed';
  return out;
}
