/** The conditions that the kubelet owns. Behaves like upstream pkg/kubelet/status/generate.go. */
import type { PodRuntimeStatus } from '../container/pod-runtime-status.ts';
import { containersOf, initContainersOf, isRestartableInit, type ContainerStatus, type Pod } from '../container/pod.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { podSandboxChanged } from '../kuberuntime/sandbox-changed.ts';

export type Condition = core.PodCondition;
type Statuses = readonly ContainerStatus[];

const OWNED = new Set(['PodScheduled', 'Ready', 'Initialized', 'ContainersReady', 'PodReadyToStartContainers', 'PodResizeInProgress', 'PodResizePending', 'AllContainersRestarting']);
export const isKubeletCondition = (type: string): boolean => OWNED.has(type);

/** Times are set when the status manager compares it with the one before. */
export function condition(pod: Pod, type: string, status: 'True' | 'False', reason?: string, message?: string): Condition {
  return {
    type,
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    status,
    lastProbeTime: null,
    lastTransitionTime: null,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && message !== '' && { message }),
  };
}

/** Go's print of a list of strings. */
const listText = (names: readonly string[]): string => `[${names.join(' ')}]`;

function lacking(unknown: readonly string[], bad: readonly string[], word: string): string {
  return [unknown.length > 0 ? `containers with unknown status: ${listText(unknown)}` : '', bad.length > 0 ? `containers with ${word} status: ${listText(bad)}` : ''].filter((t) => t !== '').join(', ');
}

export function terminalReady(pod: Pod, type: string, phase: string): Condition {
  return condition(pod, type, 'False', phase === 'Failed' ? 'PodFailed' : 'PodCompleted');
}

export function containersReady(pod: Pod, statuses: Statuses, phase: string): Condition {
  const expected = [...initContainersOf(pod).filter(isRestartableInit), ...containersOf(pod)].map((c) => c.name);
  const unknown = expected.filter((name) => !statuses.some((s) => s.name === name));
  const unready = expected.filter((name) => statuses.some((s) => s.name === name && !s.ready));
  if ((phase === 'Succeeded' && unknown.length === 0) || phase === 'Failed') return terminalReady(pod, 'ContainersReady', phase);
  const message = lacking(unknown, unready, 'unready');
  return message === '' ? condition(pod, 'ContainersReady', 'True') : condition(pod, 'ContainersReady', 'False', 'ContainersNotReady', message);
}

/** `conditions` holds those that others set: readiness gates. */
export function podReady(pod: Pod, conditions: readonly Condition[], statuses: Statuses, phase: string): Condition {
  const containers = containersReady(pod, statuses, phase);
  if (containers.status !== 'True') return { ...containers, type: 'Ready' };
  const messages = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const found = conditions.find((c) => c.type === conditionType);
    if (!found) return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
    return found.status === 'True' ? [] : [`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`];
  });
  return messages.length === 0 ? condition(pod, 'Ready', 'True') : condition(pod, 'Ready', 'False', 'ReadinessGatesNotReady', messages.join(', '));
}

export function initialized(pod: Pod, statuses: Statuses, phase: string): Condition {
  const containers = initContainersOf(pod);
  const find = (name: string): ContainerStatus | undefined => statuses.find((s) => s.name === name);
  const unknown = containers.filter((c) => !find(c.name)).map((c) => c.name);
  const incomplete = containers.filter((c) => {
    const status = find(c.name);
    return status !== undefined && !(isRestartableInit(c) ? status.started === true : status.ready);
  });
  if (phase === 'Succeeded' && unknown.length === 0) return condition(pod, 'Initialized', 'True', 'PodCompleted');
  if (hasRegularStarted(pod, statuses)) return condition(pod, 'Initialized', 'True');
  const message = lacking(unknown, incomplete.map((c) => c.name), 'incomplete');
  return message === '' ? condition(pod, 'Initialized', 'True') : condition(pod, 'Initialized', 'False', 'ContainersNotInitialized', message);
}

function hasRegularStarted(pod: Pod, statuses: Statuses): boolean {
  return containersOf(pod).some((c) => {
    const status = statuses.find((s) => s.name === c.name);
    return status !== undefined && (status.state.running !== undefined || status.state.terminated !== undefined || status.lastState?.terminated !== undefined);
  });
}

export function readyToStartContainers(pod: Pod, status: PodRuntimeStatus): Condition {
  return condition(pod, 'PodReadyToStartContainers', podSandboxChanged(pod, status).create ? 'False' : 'True');
}
