/**
 * What must be done so that the runtime has what a pod wants: a pure function of both, used by sync-pod.ts.
 * Behaves like upstream pkg/kubelet/kuberuntime computePodActions.
 */
import { hashContainer } from '../container/hash.ts';
import { findStatus, type PodRuntimeStatus, type RuntimeContainerStatus } from '../container/pod-runtime-status.ts';
import { containersOf, ephemeralContainersOf, initContainersOf, type Container, type Pod } from '../container/pod.ts';
import { restartsOnFailure, shouldContainerBeRestarted } from '../container/restart-policy.ts';
import type { KillReason, PodActions, ProbeResults } from './actions.ts';
import { computeInitActions } from './init-actions.ts';
import { podSandboxChanged } from './sandbox-changed.ts';

export function computePodActions(pod: Pod, status: PodRuntimeStatus, probes: ProbeResults): PodActions {
  const { create, attempt, sandboxId } = podSandboxChanged(pod, status);
  const actions: PodActions = { killPod: create, createSandbox: create, attempt, sandboxId, initContainersToStart: [], containersToStart: [], ephemeralContainersToStart: [], containersToKill: [] };
  if (create) return withNewSandbox(pod, status, actions);
  actions.ephemeralContainersToStart = ephemeralContainersOf(pod).filter((c) => !findStatus(status, c.name)).map((c) => c.name);
  const initialized = computeInitActions(pod, status, probes, actions);
  if (actions.killPod || !initialized) return actions;
  const kept = containersOf(pod).filter((c) => planContainer(c, pod, status, probes, actions) === 'keep').length;
  if (kept === 0 && actions.containersToStart.length === 0) {
    actions.killPod = true;
    actions.initContainersToStart = [];
  }
  return actions;
}

function withNewSandbox(pod: Pod, status: PodRuntimeStatus, actions: PodActions): PodActions {
  if (!restartsOnFailure(pod) && actions.attempt !== 0 && status.containers.length > 0) return { ...actions, createSandbox: false };
  const toStart = containersOf(pod).filter((c) => !((c.restartPolicy ?? pod.spec.restartPolicy) === 'OnFailure' && hasSucceeded(c, status)));
  if (toStart.length === 0 && containersOf(pod).some((c) => wasCreated(findStatus(status, c.name)))) return { ...actions, createSandbox: false };
  const [firstInit] = initContainersOf(pod);
  if (firstInit) return { ...actions, initContainersToStart: [firstInit.name] };
  return { ...actions, containersToStart: toStart.map((c) => c.name) };
}

const wasCreated = (s: RuntimeContainerStatus | undefined): boolean => s !== undefined && s.state !== 'unknown';

function hasSucceeded(container: Container, status: PodRuntimeStatus): boolean {
  const latest = findStatus(status, container.name);
  return latest?.state === 'exited' && latest.exitCode === 0;
}

function planContainer(container: Container, pod: Pod, status: PodRuntimeStatus, probes: ProbeResults, actions: PodActions): 'keep' | 'leave' {
  const latest = findStatus(status, container.name);
  if (latest?.state !== 'running') {
    if (!shouldContainerBeRestarted(container, pod, status)) return 'leave';
    actions.containersToStart.push(container.name);
    if (latest?.state === 'unknown') actions.containersToKill.push({ id: latest.id, name: latest.name, message: 'Container is in "unknown" state, try killing it before restart', reason: 'Unknown' });
    return 'leave';
  }
  const why = whyKill(container, latest, probes);
  if (!why) return 'keep';
  const restart = why.always || (container.restartPolicy === undefined ? restartsOnFailure(pod) : container.restartPolicy !== 'Never');
  if (restart) actions.containersToStart.push(container.name);
  actions.containersToKill.push({ id: latest.id, name: latest.name, message: restart ? `${why.message}, will be restarted` : why.message, reason: why.reason });
  return 'leave';
}

function whyKill(container: Container, running: RuntimeContainerStatus, probes: ProbeResults): { message: string; reason: KillReason; always: boolean } | undefined {
  if (running.hash !== hashContainer(container)) return { message: `Container ${container.name} definition changed`, reason: '', always: true };
  if (probes.liveness(running.id) === 'failure') return { message: `Container ${container.name} failed liveness probe`, reason: 'LivenessProbe', always: false };
  if (probes.startup(running.id) === 'failure') return { message: `Container ${container.name} failed startup probe`, reason: 'StartupProbe', always: false };
  return undefined;
}
