/**
 * Which init containers start, or start again. The last one that is known decides, because finished ones may have been removed; sidecars keep running beside.
 * Behaves like upstream pkg/kubelet/kuberuntime computeInitContainerActions.
 */
import { hashContainer } from '../container/hash.ts';
import { findStatus, type PodRuntimeStatus, type RuntimeContainerStatus } from '../container/pod-runtime-status.ts';
import { containersOf, initContainersOf, isRestartableInit, type Container, type Pod } from '../container/pod.ts';
import { restartsOnFailure, shouldContainerBeRestarted } from '../container/restart-policy.ts';
import type { ContainerToKill, PodActions, ProbeResults } from './actions.ts';

/** What one init container asks for. `initialized`: it is done, the next may start. `fail`: the pod has failed. */
interface Step {
  readonly start?: boolean;
  readonly initialized?: boolean;
  readonly fail?: boolean;
  readonly kill?: ContainerToKill;
}

/** True when the pod is initialised. Adds to `actions`. */
export function computeInitActions(pod: Pod, status: PodRuntimeStatus, probes: ProbeResults, actions: PodActions): boolean {
  const containers = initContainersOf(pod);
  if (containers.length === 0) return true;
  let podInitialized = containersOf(pod).some((c) => ['created', 'running'].includes(findStatus(status, c.name)?.state ?? ''));
  let laterSeen = podInitialized;
  const toStart: number[] = [];
  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i] as Container;
    const latest = findStatus(status, container.name);
    if (!latest) {
      if (laterSeen && isRestartableInit(container)) toStart.push(i);
      continue;
    }
    if (laterSeen && !isRestartableInit(container)) continue;
    const step = isRestartableInit(container) ? stepOfSidecar(container, latest, probes) : stepOfInit(container, latest, pod, status);
    if (step.fail) {
      actions.killPod = true;
      actions.initContainersToStart = [];
      return false;
    }
    if (step.initialized) {
      if (i === containers.length - 1) podInitialized = true;
      else if (!laterSeen) toStart.push(i + 1);
    }
    if (step.kill) actions.containersToKill.push(step.kill);
    if (step.start) toStart.push(i);
    laterSeen = true;
  }
  if (!laterSeen) toStart.push(0);
  actions.initContainersToStart = toStart.reverse().map((i) => containers[i]?.name ?? '');
  return podInitialized;
}

const kill = (latest: RuntimeContainerStatus, message: string, reason: ContainerToKill['reason']): ContainerToKill => ({ id: latest.id, name: latest.name, message, reason });

function stepOfSidecar(container: Container, latest: RuntimeContainerStatus, probes: ProbeResults): Step {
  if (latest.state === 'unknown') return { start: true, kill: kill(latest, 'Init container is in "unknown" state, try killing it before restart', 'Unknown') };
  if (latest.state !== 'running') return { start: true };
  if (container.startupProbe) {
    const startup = probes.startup(latest.id);
    if (startup === 'failure') return { start: true, kill: kill(latest, `Init container ${container.name} failed startup probe`, 'StartupProbe') };
    if (startup !== 'success') return {};
  }
  if (latest.hash !== hashContainer(container)) return { initialized: true, start: true, kill: kill(latest, `Init container ${container.name} definition changed`, '') };
  if (container.livenessProbe && probes.liveness(latest.id) === 'failure') return { initialized: true, start: true, kill: kill(latest, `Init container ${container.name} failed liveness probe`, 'LivenessProbe') };
  return { initialized: true };
}

function stepOfInit(container: Container, latest: RuntimeContainerStatus, pod: Pod, status: PodRuntimeStatus): Step {
  switch (latest.state) {
    case 'created':
      return { start: true };
    case 'running':
      return {};
    case 'exited':
      if (latest.exitCode === 0) return { initialized: true };
      return shouldContainerBeRestarted(container, pod, status) ? { start: true } : { fail: true };
    default:
      if (!(container.restartPolicy === undefined ? restartsOnFailure(pod) : container.restartPolicy !== 'Never')) return { fail: true };
      return { start: true, kill: kill(latest, 'Init container is in "unknown" state, try killing it before restart', 'Unknown') };
  }
}
