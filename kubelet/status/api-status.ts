/** The pod status that the kubelet reports: pure. status-manager.ts sends it. Behaves like upstream pkg/kubelet generateAPIPodStatus. */
import { containersOf, ephemeralContainersOf, initContainersOf, isHostNetwork, isTerminalPhase, type ContainerStatus, type PodStatus } from '../container/pod.ts';
import { condition, containersReady, initialized, isKubeletCondition, podReady, readyToStartContainers, type Condition } from './conditions.ts';
import { containerStatuses, type StatusInput } from './container-statuses.ts';
import { getPhase } from './phase.ts';
import { podQOS } from './qos.ts';

export interface ApiStatusInput extends StatusInput {
  /** What was last reported, or the API's when nothing was. */
  readonly previous: PodStatus;
  readonly podIsTerminal: boolean;
  readonly hostIPs: readonly string[];
  /** Set when the kubelet itself ends the pod: eviction, active deadline. */
  readonly evict?: { readonly reason: string; readonly message: string } | undefined;
  /** Sets `started` and `ready` from the probes' results. */
  applyProbes(statuses: { readonly regular: ContainerStatus[]; readonly init: ContainerStatus[] }): void;
}

export function generateAPIPodStatus(input: ApiStatusInput): PodStatus {
  const { pod, status, previous } = input;
  const regular = containerStatuses(input, containersOf(pod), previous.containerStatuses);
  const init = containerStatuses(input, initContainersOf(pod), previous.initContainerStatuses, true);
  const ephemeral = containerStatuses(input, ephemeralContainersOf(pod), previous.ephemeralContainerStatuses);
  const active = status.sandboxes[0]?.id;
  const hasInitialized = containersOf(pod).some((c) => status.containers.some((s) => s.name === c.name && s.sandboxId === active && s.startedAt > 0));
  carryStarted(init, previous.initContainerStatuses);
  carryStarted(regular, previous.containerStatuses);
  const phase = decidePhase(input, getPhase(pod, [...regular, ...init], input.podIsTerminal, hasInitialized));
  input.applyProbes({ regular, init });
  const all = [...init, ...regular];
  const foreign = (pod.status.conditions ?? []).filter((c) => !isKubeletCondition(c.type)).map((c) => ({ ...c })) as Condition[];
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase: phase.phase,
    conditions: [...withDisruption(foreign, previous), readyToStartContainers(pod, status), initialized(pod, all, phase.phase), podReady(pod, foreign, all, phase.phase), containersReady(pod, all, phase.phase), condition(pod, 'PodScheduled', 'True')],
    ...(phase.message !== undefined && phase.message !== '' && { message: phase.message }),
    ...(phase.reason !== undefined && phase.reason !== '' && { reason: phase.reason }),
    ...addresses(input),
    ...(previous.startTime !== undefined && { startTime: previous.startTime }),
    ...(init.length > 0 && { initContainerStatuses: init }),
    containerStatuses: regular,
    qosClass: podQOS(pod),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: ephemeral }),
  };
}

/** A container that had started counts as started until its probe says otherwise: the phase is decided before the probes are asked. */
function carryStarted(statuses: ContainerStatus[], previous: readonly ContainerStatus[] = []): void {
  for (const status of statuses) {
    const old = previous.find((p) => p.name === status.name);
    if (status.state.running && old?.containerID === status.containerID && old?.started !== undefined) status.started = old.started;
  }
}

interface Phase {
  readonly phase: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** A terminal phase is never left; reason and message belong to the phase. */
function decidePhase({ pod, previous, evict }: ApiStatusInput, computed: string): Phase {
  const reported = pod.status.phase;
  let phase = computed;
  if (!isTerminalPhase(phase)) phase = isTerminalPhase(previous.phase) ? (previous.phase ?? phase) : isTerminalPhase(reported) ? (reported ?? phase) : phase;
  if (evict) return isTerminalPhase(reported) ? { phase: reported ?? 'Failed', reason: evict.reason, message: evict.message } : { phase: 'Failed', ...evict };
  if (isTerminalPhase(reported)) phase = reported ?? phase;
  if (phase !== previous.phase) return { phase };
  return { phase, reason: previous.reason || pod.status.reason, message: previous.message || pod.status.message };
}

function withDisruption(conditions: Condition[], previous: PodStatus): Condition[] {
  const disruption = previous.conditions?.find((c) => c.type === 'DisruptionTarget');
  return disruption ? [...conditions.filter((c) => c.type !== 'DisruptionTarget'), disruption] : conditions;
}

function addresses({ pod, status, hostIPs, previous }: ApiStatusInput): Partial<PodStatus> {
  const [hostIP] = hostIPs;
  const known = previous.podIPs?.map((p) => p.ip);
  const hasSandbox = status.sandboxes.some((s) => s.state === 'SANDBOX_READY');
  const own = isHostNetwork(pod) ? (known ?? hostIPs.slice(0, 1)) : hasSandbox ? status.ips : (known ?? []);
  return {
    ...(hostIP !== undefined && { hostIP, hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(own[0] !== undefined && { podIP: own[0], podIPs: own.map((ip) => ({ ip })) }),
  };
}
