/** What is sent: the kubelet's status over the server's. Behaves like upstream pkg/kubelet/status mergePodStatus. */
import { isTerminalPhase, type Pod, type PodStatus } from '../container/pod.ts';
import { isKubeletCondition, terminalReady, type Condition } from './conditions.ts';

/** A pod that could still have running containers is not reported as ended. */
export function mergePodStatus(pod: Pod, server: PodStatus, kubelet: PodStatus, couldRun: boolean): PodStatus {
  const toTerminal = !isTerminalPhase(server.phase) && isTerminalPhase(kubelet.phase);
  const foreign = (server.conditions ?? []).filter((c) => !isKubeletCondition(c.type));
  const own = (kubelet.conditions ?? []).filter((c) => isKubeletCondition(c.type));
  const disruption = (kubelet.conditions ?? []).find((c) => c.type === 'DisruptionTarget');
  const conditions = toTerminal && !couldRun && disruption ? [...foreign.filter((c) => c.type !== 'DisruptionTarget'), disruption, ...own] : [...foreign, ...own];
  const { resourceClaimStatuses, extendedResourceClaimStatus, nominatedNodeName, resize, allocatedResources, resources } = server;
  const kept = Object.fromEntries(Object.entries({ resourceClaimStatuses, extendedResourceClaimStatus, nominatedNodeName, resize, allocatedResources, resources }).filter(([, v]) => v !== undefined));
  const merged: PodStatus = { ...kept, ...kubelet, ...(conditions.length > 0 && { conditions }) };
  if (toTerminal && couldRun) keepPhase(merged, server);
  if (isTerminalPhase(merged.phase)) merged.conditions = conditions.map((c) => unready(pod, c, merged.phase ?? ''));
  return merged;
}

function keepPhase(merged: PodStatus, server: PodStatus): void {
  for (const key of ['phase', 'reason', 'message'] as const) {
    if (server[key] === undefined) delete merged[key];
    else merged[key] = server[key];
  }
}

function unready(pod: Pod, condition: Condition, phase: string): Condition {
  const ready = (condition.type === 'Ready' || condition.type === 'ContainersReady') && condition.status === 'True';
  return ready ? { ...terminalReady(pod, condition.type, phase), lastTransitionTime: condition.lastTransitionTime } : condition;
}
