/** A pod's phase from its containers' statuses. Behaves like upstream pkg/kubelet getPhase. */
import { containerShouldRestart } from '../container/restart-policy.ts';
import { containersOf, initContainersOf, isRestartableInit, isStaticPod, type Container, type ContainerStatus, type Pod } from '../container/pod.ts';

interface Counts {
  pendingInit: number;
  pendingSidecars: number;
  failedInit: number;
  unknown: number;
  running: number;
  waiting: number;
  stopped: number;
  stoppedForGood: number;
  succeeded: number;
}

/** The end that a status tells of: its own, or the one before it waited. */
function endOf(status: ContainerStatus): { exitCode: number } | undefined {
  return status.state.terminated ?? (status.state.waiting ? status.lastState?.terminated : undefined);
}

function countInit(container: Container, status: ContainerStatus | undefined, pod: Pod, counts: Counts): void {
  const end = status && endOf(status);
  if (!end) counts.pendingInit++;
  else if (end.exitCode !== 0 && !containerShouldRestart(container, pod.spec.restartPolicy, end.exitCode)) counts.failedInit++;
}

function countSidecar(status: ContainerStatus | undefined, counts: Counts): void {
  if (!status) counts.unknown++;
  else if (status.state.running) {
    if (status.started !== true) counts.pendingSidecars++;
    counts.running++;
  } else if (endOf(status)) return;
  else {
    counts.pendingSidecars++;
    if (status.state.waiting) counts.waiting++;
    else counts.unknown++;
  }
}

function countRegular(container: Container, status: ContainerStatus | undefined, pod: Pod, counts: Counts): void {
  const end = status && endOf(status);
  if (status?.state.running) counts.running++;
  else if (end) {
    counts.stopped++;
    if (!containerShouldRestart(container, pod.spec.restartPolicy, end.exitCode)) counts.stoppedForGood++;
    if (status.state.terminated && end.exitCode === 0) counts.succeeded++;
  } else if (status?.state.waiting) counts.waiting++;
  else counts.unknown++;
}

/** `podIsTerminal`: its containers will not be started again. `podHasInitialized`: a regular container has started in the present sandbox. */
export function getPhase(pod: Pod, statuses: readonly ContainerStatus[], podIsTerminal: boolean, podHasInitialized: boolean): string {
  const counts: Counts = { pendingInit: 0, pendingSidecars: 0, failedInit: 0, unknown: 0, running: 0, waiting: 0, stopped: 0, stoppedForGood: 0, succeeded: 0 };
  const of = (name: string): ContainerStatus | undefined => statuses.find((s) => s.name === name);
  for (const c of initContainersOf(pod)) {
    if (isRestartableInit(c)) countSidecar(of(c.name), counts);
    else countInit(c, of(c.name), pod, counts);
  }
  for (const c of containersOf(pod)) countRegular(c, of(c.name), pod, counts);
  return phaseOf(counts, podIsTerminal && !isStaticPod(pod), podHasInitialized);
}

function phaseOf(counts: Counts, terminal: boolean, initialized: boolean): string {
  if (counts.failedInit > 0) return 'Failed';
  if (counts.pendingInit > 0 || (counts.pendingSidecars > 0 && !initialized) || counts.waiting > 0) return 'Pending';
  if (counts.unknown > 0) return 'Pending';
  if (counts.running > 0) return 'Running';
  if (counts.stopped === 0) return 'Pending';
  if (!terminal && counts.stopped !== counts.stoppedForGood) return 'Running';
  return counts.stopped === counts.succeeded ? 'Succeeded' : 'Failed';
}
