/** Asks the runtime for a pod's sandboxes and containers. Behaves like upstream pkg/kubelet/kuberuntime GetPodStatus. */
import type { PodRuntimeStatus, RuntimeContainerStatus, RuntimeState } from '../container/pod-runtime-status.ts';
import { isRuntimeNotFound, type ContainerInfo, type ContainerState, type ContainerStatus, type Runtime } from '../runtime/interface.ts';
import type { Files } from '../volumes/files.ts';
import { CONTAINER_NAME, HASH, POD_UID, RESTART_COUNT, TERMINATION_PATH, TERMINATION_POLICY } from './labels.ts';

const STATES: Readonly<Record<ContainerState, RuntimeState>> = { CONTAINER_CREATED: 'created', CONTAINER_RUNNING: 'running', CONTAINER_EXITED: 'exited', CONTAINER_UNKNOWN: 'unknown' };
const MAX_MESSAGE = 4096;
const MAX_LOG_LINES = 80;
const MAX_LOG_MESSAGE = 2048;

export interface StatusSource {
  readonly runtime: Runtime;
  readonly files: Files;
}

export async function getPodStatus(uid: string, source: StatusSource): Promise<PodRuntimeStatus> {
  const { runtime } = source.runtime;
  const labelSelector = { [POD_UID]: uid };
  const listed = [...(await runtime.listPodSandbox({ labelSelector }))].sort((a, b) => b.createdAt - a.createdAt || b.metadata.attempt - a.metadata.attempt);
  const sandboxes = await present(listed.map((s) => runtime.podSandboxStatus(s.id)));
  const containers = await present((await runtime.listContainers({ labelSelector })).map((info) => convert(info, source)));
  const [newest] = sandboxes;
  return { ips: newest?.state === 'SANDBOX_READY' ? newest.ips : [], sandboxes, containers: containers.sort((a, b) => b.createdAt - a.createdAt || b.restartCount - a.restartCount) };
}

/** Those that did not vanish in between. */
async function present<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(promises);
  return settled.flatMap((s) => {
    if (s.status === 'fulfilled') return [s.value];
    if (isRuntimeNotFound(s.reason)) return [];
    throw s.reason;
  });
}

async function convert(info: ContainerInfo, source: StatusSource): Promise<RuntimeContainerStatus> {
  const status = await source.runtime.runtime.containerStatus(info.id);
  const exited = status.state === 'CONTAINER_EXITED';
  return {
    id: status.id,
    sandboxId: info.podSandboxId,
    name: status.labels[CONTAINER_NAME] ?? status.metadata.name,
    state: STATES[status.state],
    createdAt: status.createdAt,
    startedAt: status.startedAt,
    finishedAt: status.finishedAt,
    exitCode: status.exitCode,
    image: status.image.userSpecifiedImage ?? status.image.image,
    imageRef: status.imageRef,
    hash: status.annotations[HASH] ?? '',
    restartCount: Number(status.annotations[RESTART_COUNT] ?? status.metadata.attempt),
    reason: status.reason,
    message: exited ? await terminationMessage(status, source) : status.message,
    user: status.user,
  };
}

/** What the container left at its termination message path, or, when it failed and its policy says so, the end of its log. */
async function terminationMessage(status: ContainerStatus, { runtime, files }: StatusSource): Promise<string> {
  const path = status.annotations[TERMINATION_PATH] ?? '';
  const mount = path === '' ? undefined : status.mounts.find((m) => m.containerPath === path);
  const bytes = mount && (await files.read(mount.hostPath));
  const own = bytes ? new TextDecoder().decode(bytes.slice(-MAX_MESSAGE)) : '';
  const useLog = own === '' && status.annotations[TERMINATION_POLICY] === 'FallbackToLogsOnError' && status.exitCode !== 0;
  const text = useLog ? await endOfLog(status.id, runtime) : own;
  return status.message === '' ? text : text === '' ? status.message : `${status.message}: ${text}`;
}

async function endOfLog(id: string, runtime: Runtime): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const lines of runtime.streaming.logs(id, { follow: false, tailLines: MAX_LOG_LINES, signal: new AbortController().signal }))
    for (const line of lines) text += decoder.decode(line.text) + (line.partial ? '' : '\n');
  return text.split('\n').slice(-MAX_LOG_LINES - 1).join('\n').slice(-MAX_LOG_MESSAGE);
}
