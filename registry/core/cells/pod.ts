/** The cells of a pod's row. Behaves like upstream pkg/printers/internalversion/printers.go (printPod). */
import type { ContainerStatus, Pod } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { RowCondition } from '../../generic/definition.ts';
import { translateTimestampSince as since } from '../../generic/duration.ts';

type Status = DeepReadonly<ContainerStatus>;

interface Summary {
  reason: string;
  ready: number;
  total: number;
  restarts: number;
  lastRestart: string;
}

const SUCCEEDED: readonly RowCondition[] = [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }];
const FAILED: readonly RowCondition[] = [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }];

/** Rows of pods that have come to their end are marked. */
export function podRowConditions({ status: { phase } }: DeepReadonly<Pod>): readonly RowCondition[] {
  return phase === 'Succeeded' ? SUCCEEDED : phase === 'Failed' ? FAILED : [];
}

/** READY, STATUS and RESTARTS. */
export function podSummary(pod: DeepReadonly<Pod>): Summary {
  const restartable = new Set((pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name));
  const summary: Summary = {
    reason: phaseReason(pod),
    ready: 0,
    total: (pod.spec.containers ?? []).length + restartable.size,
    restarts: 0,
    lastRestart: '',
  };
  const sidecars = { restarts: 0, lastRestart: '' };
  const initializing = readInitContainers(pod, restartable, summary, sidecars);
  if (!initializing || isTrue(pod, 'Initialized')) {
    summary.restarts = sidecars.restarts;
    summary.lastRestart = sidecars.lastRestart;
    readContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp) {
    if (pod.status.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (pod.status.phase !== 'Failed' && pod.status.phase !== 'Succeeded') summary.reason = 'Terminating';
  }
  return summary;
}

function phaseReason(pod: DeepReadonly<Pod>): string {
  const gated = (pod.status.conditions ?? []).some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated');
  return gated ? 'SchedulingGated' : pod.status.reason || (pod.status.phase ?? '');
}

const isTrue = (pod: DeepReadonly<Pod>, type: string): boolean =>
  (pod.status.conditions ?? []).some((c) => c.type === type && c.status === 'True');

function countRestarts(into: { restarts: number; lastRestart: string }, status: Status): void {
  into.restarts += status.restartCount ?? 0;
  const finished = status.lastState?.terminated?.finishedAt ?? '';
  if (finished > into.lastRestart) into.lastRestart = finished;
}

/** Returns whether initialisation is still going on. */
function readInitContainers(
  pod: DeepReadonly<Pod>,
  restartable: ReadonlySet<string>,
  summary: Summary,
  sidecars: { restarts: number; lastRestart: string },
): boolean {
  for (const [i, status] of (pod.status.initContainerStatuses ?? []).entries()) {
    countRestarts(summary, status);
    if (restartable.has(status.name)) countRestarts(sidecars, status);
    if (status.state?.terminated && (status.state.terminated.exitCode ?? 0) === 0) continue;
    if (restartable.has(status.name) && status.started === true) {
      if (status.ready) summary.ready++;
      continue;
    }
    summary.reason = initReason(status, i, (pod.spec.initContainers ?? []).length);
    return true;
  }
  return false;
}

function initReason(status: Status, index: number, count: number): string {
  const { terminated, waiting } = status.state ?? {};
  if (terminated) return `Init:${terminatedReason(terminated)}`;
  return waiting?.reason && waiting.reason !== 'PodInitializing' ? `Init:${waiting.reason}` : `Init:${index}/${count}`;
}

function terminatedReason(terminated: NonNullable<Status['state']['terminated']>): string {
  return terminated.reason || (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`);
}

function readContainers(pod: DeepReadonly<Pod>, summary: Summary): void {
  let hasRunning = false;
  let errorReason = '';
  for (const status of [...(pod.status.containerStatuses ?? [])].reverse()) {
    countRestarts(summary, status);
    const { waiting, terminated, running } = status.state ?? {};
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) {
      summary.reason = terminatedReason(terminated);
      if (terminated.exitCode !== 0) errorReason = summary.reason;
    } else if (status.ready && running) {
      hasRunning = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed') summary.reason = completedReason(pod, hasRunning, errorReason);
}

function completedReason(pod: DeepReadonly<Pod>, hasRunning: boolean, errorReason: string): string {
  if (hasRunning && isTrue(pod, 'Ready')) return 'Running';
  return errorReason || (hasRunning ? 'NotReady' : 'Completed');
}

export function podRestarts(pod: DeepReadonly<Pod>, now: number): string {
  const { restarts, lastRestart } = podSummary(pod);
  return restarts !== 0 && lastRestart !== '' ? `${restarts} (${since(lastRestart, now)} ago)` : String(restarts);
}

export function readinessGates(pod: DeepReadonly<Pod>): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const met = gates.filter((g) => (pod.status.conditions ?? []).find((c) => c.type === g.conditionType)?.status === 'True');
  return `${met.length}/${gates.length}`;
}
