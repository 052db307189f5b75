/** The API's container statuses from what the runtime says, what was said before, and why a start failed. Behaves like upstream pkg/kubelet convertToAPIContainerStatuses. */
import { rfc3339 } from '../../component-base/clock.ts';
import { findStatus, type PodRuntimeStatus, type RuntimeContainerStatus } from '../container/pod-runtime-status.ts';
import { findContainer, type Container, type ContainerStatus, type Pod } from '../container/pod.ts';
import { shouldContainerBeRestarted } from '../container/restart-policy.ts';

/** Why a container is not running, by its name: `CrashLoopBackOff`, `ErrImagePull`, … */
export type StartFailures = ReadonlyMap<string, { readonly reason: string; readonly message: string }>;

export interface StatusInput {
  readonly pod: Pod;
  readonly runtimeName: string;
  readonly status: PodRuntimeStatus;
  readonly failures: StartFailures;
}

const LOST = 'The container could not be located when the pod was terminated';
const LOST_DELETED = 'The container could not be located when the pod was deleted.  The container used to be Running';

const timeOf = (ms: number): string | null => (ms === 0 ? null : rfc3339(ms));
const plain = <T>(value: T): T => structuredClone(value);

/** In the order of the spec for init containers, by name for the others. */
export function containerStatuses(input: StatusInput, containers: readonly Container[], previous: readonly ContainerStatus[] = [], isInit = false): ContainerStatus[] {
  const { pod, status } = input;
  const waitingReason = (pod.spec.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  const statuses = new Map(containers.map((c) => [c.name, initialStatus(c, previous.find((p) => p.name === c.name), waitingReason)]));
  for (const container of containers) inferLost(container, input, previous, waitingReason, statuses.get(container.name));
  const seen = new Map<string, number>();
  for (const found of status.containers) {
    const count = seen.get(found.name) ?? 0;
    const current = statuses.get(found.name);
    if (!current || count >= 2) continue;
    const made = fromRuntime(found, input, previous.find((p) => p.name === found.name));
    if (count === 0) statuses.set(found.name, { ...made, lastState: carriedLastState(found, current, previous.find((p) => p.name === found.name)) });
    else current.lastState = made.state;
    seen.set(found.name, count + 1);
  }
  for (const container of containers) applyFailure(container, input, isInit, statuses.get(container.name));
  const out = [...statuses.values()];
  return isInit ? out : out.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function initialStatus(container: Container, old: ContainerStatus | undefined, waitingReason: string): ContainerStatus {
  if (old?.state.terminated) return plain(old);
  const volumeMounts = container.volumeMounts?.map(({ name, mountPath, readOnly }) => ({ name, mountPath, ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }) }));
  return {
    name: container.name,
    state: { waiting: { reason: waitingReason } },
    lastState: old ? plain(old.lastState) : {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image: container.image ?? '',
    imageID: '',
    ...(volumeMounts && volumeMounts.length > 0 && { volumeMounts }),
  };
}

/** The runtime lost a container that ran: say that it ended, so that the pod does not fall back to Pending. */
function inferLost(container: Container, { pod, status }: StatusInput, previous: readonly ContainerStatus[], waitingReason: string, current: ContainerStatus | undefined): void {
  const old = previous.find((p) => p.name === container.name);
  if (!current || !old?.state.running || status.containers.some((c) => c.name === container.name)) return;
  if (current.state.waiting?.reason !== waitingReason || current.lastState.terminated) return;
  current.lastState = { terminated: { reason: 'ContainerStatusUnknown', message: LOST_DELETED, exitCode: 137, startedAt: null, finishedAt: null } };
  if (pod.metadata.deletionTimestamp === undefined) current.restartCount++;
}

/** Without an older container in the runtime, the last end stays what it was. */
function carriedLastState(found: RuntimeContainerStatus, current: ContainerStatus, old: ContainerStatus | undefined): ContainerStatus['lastState'] {
  if (found.restartCount === 0) return {};
  if (old?.state.terminated && old.containerID !== undefined && !old.containerID.endsWith(found.id)) return { terminated: plain(old.state.terminated) };
  return old?.state.terminated ? plain(old.lastState) : current.lastState;
}

function fromRuntime(found: RuntimeContainerStatus, input: StatusInput, old: ContainerStatus | undefined): ContainerStatus {
  const { pod, runtimeName } = input;
  const spec = findContainer(pod, found.name);
  const volumeMounts = old?.volumeMounts ?? (spec && initialStatus(spec, undefined, '').volumeMounts);
  return {
    name: found.name,
    state: stateOf(found, runtimeName, old),
    lastState: {},
    ready: false,
    restartCount: found.restartCount,
    image: found.image,
    imageID: found.imageRef,
    containerID: `${runtimeName}://${found.id}`,
    ...(spec?.resources?.requests && { allocatedResources: plain(spec.resources.requests) as Record<string, string> }),
    ...(spec && { resources: plain(spec.resources ?? {}) as ContainerStatus['resources'] }),
    ...(volumeMounts && volumeMounts.length > 0 && { volumeMounts: plain(volumeMounts) }),
    ...(found.user && { user: { linux: { ...found.user, supplementalGroups: [...found.user.supplementalGroups] } } }),
  } as ContainerStatus;
}

function stateOf(found: RuntimeContainerStatus, runtimeName: string, old: ContainerStatus | undefined): ContainerStatus['state'] {
  if (found.state === 'running') return { running: { startedAt: timeOf(found.startedAt) } };
  if (found.state === 'exited') {
    return {
      terminated: {
        exitCode: found.exitCode,
        ...(found.reason !== '' && { reason: found.reason }),
        ...(found.message !== '' && { message: found.message }),
        startedAt: timeOf(found.startedAt),
        finishedAt: timeOf(found.finishedAt),
        containerID: `${runtimeName}://${found.id}`,
      },
    };
  }
  if (found.state === 'unknown' && old?.state.running) return { terminated: { reason: 'ContainerStatusUnknown', message: LOST, exitCode: 137, startedAt: null, finishedAt: null } };
  return { waiting: {} };
}

function applyFailure(container: Container, { pod, status, failures }: StatusInput, isInit: boolean, current: ContainerStatus | undefined): void {
  const latest = findStatus(status, container.name);
  if (!current || (isInit && latest?.state === 'exited' && latest.exitCode === 0)) return;
  const failure = failures.get(container.name);
  if (!failure || !shouldContainerBeRestarted(container, pod, status)) return;
  if (current.state.terminated) current.lastState = current.state;
  current.state = { waiting: { reason: failure.reason, ...(failure.message !== '' && { message: failure.message }) } };
}
