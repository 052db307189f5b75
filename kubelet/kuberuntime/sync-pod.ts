/** Carries out what pod-actions.ts decides. Behaves like upstream pkg/kubelet/kuberuntime SyncPod. */
import { hashContainer } from '../container/hash.ts';
import { findStatus, type PodRuntimeStatus } from '../container/pod-runtime-status.ts';
import { findContainer, formatPod, initContainersOf, isHostNetwork, isRestartableInit, type Container, type Pod } from '../container/pod.ts';
import { StartError } from '../container/start-error.ts';
import { secondsText } from '../images/image-name.ts';
import type { PodVolumes } from '../volumes/volume-manager.ts';
import type { RuntimeHost } from './host.ts';
import { killContainer, killPod } from './kill.ts';
import { computePodActions } from './pod-actions.ts';
import type { PodActions } from './actions.ts';
import { sandboxConfig } from './sandbox-config.ts';
import { startContainer, type StartRequest } from './start-container.ts';

export interface SyncResult {
  /** Why containers did not start; those that started are not in it. */
  readonly failures: Map<string, { readonly reason: string; readonly message: string }>;
  /** Containers that started. */
  readonly started: Set<string>;
  /** Something else failed. */
  error?: Error;
  /** Milliseconds after which to try again; undefined: when something changes. */
  retryAfterMs?: number;
}

const RETRY_MS = 1000;
/** `uid_name_hash`. */
export const backoffKey = (pod: Pod, container: Container): string => `${pod.metadata.uid}_${container.name}_${hashContainer(container)}`;

export async function syncPod(pod: Pod, status: PodRuntimeStatus, volumes: PodVolumes, host: RuntimeHost): Promise<SyncResult> {
  const result: SyncResult = { failures: new Map(), started: new Set() };
  const actions = computePodActions(pod, status, host.probes);
  if (actions.createSandbox && actions.sandboxId !== '') host.event(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  try {
    await killUnwanted(pod, status, actions, host);
    const context = await prepareSandbox(pod, status, actions, volumes, host);
    if (context) await startAll(actions, context, result, host);
  } catch (error) {
    result.error = error instanceof Error ? error : new Error(String(error));
    soon(result, RETRY_MS);
  }
  return result;
}

function soon(result: SyncResult, ms: number): void {
  result.retryAfterMs = Math.min(result.retryAfterMs ?? Infinity, ms);
}

async function killUnwanted(pod: Pod, status: PodRuntimeStatus, actions: PodActions, host: RuntimeHost): Promise<void> {
  if (!actions.killPod) {
    for (const { id, name, message, reason } of actions.containersToKill) await killContainer({ pod, id, name, message, reason, podIP: status.ips[0] ?? '' }, host);
    return;
  }
  await killPod(pod, status, host);
  if (!actions.createSandbox) return;
  const inits = new Set(initContainersOf(pod).map((c) => c.name));
  for (const c of status.containers) if (inits.has(c.name)) await host.runtime.runtime.removeContainer(c.id);
}

/** What containers start in; undefined when nothing is to start. */
async function prepareSandbox(pod: Pod, status: PodRuntimeStatus, actions: PodActions, volumes: PodVolumes, host: RuntimeHost): Promise<Omit<StartRequest, 'container'> | undefined> {
  if (actions.killPod && !actions.createSandbox) return undefined;
  const config = sandboxConfig(pod, actions.attempt, host);
  let [sandboxId, podIPs] = [actions.sandboxId, status.ips];
  if (actions.createSandbox) {
    sandboxId = await createSandbox(pod, config, host);
    podIPs = (await host.runtime.runtime.podSandboxStatus(sandboxId)).ips;
  }
  return { pod, status, sandboxId, sandboxConfig: config, podIPs: isHostNetwork(pod) ? host.hostIPs().slice(0, 1) : podIPs, volumes };
}

async function createSandbox(pod: Pod, config: StartRequest['sandboxConfig'], host: RuntimeHost): Promise<string> {
  try {
    return await host.runtime.runtime.runPodSandbox(config, await host.runtimeHandler(pod));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    host.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${why}`);
    throw new StartError('CreatePodSandboxError', why, error);
  }
}

async function startAll(actions: PodActions, context: Omit<StartRequest, 'container'>, result: SyncResult, host: RuntimeHost): Promise<void> {
  const start = async (name: string): Promise<boolean> => {
    const container = findContainer(context.pod, name);
    return container !== undefined && tryStart({ ...context, container }, result, host);
  };
  for (const name of actions.ephemeralContainersToStart) await start(name);
  for (const name of actions.initContainersToStart) {
    const container = findContainer(context.pod, name);
    if (!(await start(name)) && !(container && isRestartableInit(container))) return;
  }
  for (const name of actions.containersToStart) await start(name);
}

async function tryStart(request: StartRequest, result: SyncResult, host: RuntimeHost): Promise<boolean> {
  const { container } = request;
  try {
    checkBackoff(request, host);
    await removeOldInstances(request, host);
    await startContainer(request, host);
    result.started.add(container.name);
    return true;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    result.failures.set(container.name, { reason: error.reason, message: error.message });
    soon(result, Math.max(10, pauseAfter(error, request, host)));
    return false;
  }
}

/** A failed pull is looked at again soon, to say that it backs off. */
function pauseAfter({ reason }: StartError, request: StartRequest, host: RuntimeHost): number {
  if (reason === 'ErrImagePull') return 2 * RETRY_MS;
  if (reason === 'ImagePullBackOff') return host.images.retryAfter(request.pod.metadata.uid, request.container.image ?? '');
  return reason === 'CrashLoopBackOff' ? crashPause(request, host) : 10 * RETRY_MS;
}

function crashPause({ pod, container, status }: StartRequest, host: RuntimeHost): number {
  const finishedAt = findStatus(status, container.name)?.finishedAt ?? 0;
  return finishedAt + host.crashBackoff.get(backoffKey(pod, container)) - host.clock.now();
}

/** A container that ended starts again only after a pause that grows. */
function checkBackoff({ pod, container, status }: StartRequest, host: RuntimeHost): void {
  const ended = status.containers.find((c) => c.name === container.name && c.state === 'exited');
  if (!ended) return;
  const key = backoffKey(pod, container);
  if (host.crashBackoff.isInBackOffSince(key, ended.finishedAt)) {
    host.event(pod, 'Warning', 'BackOff', `Back-off restarting failed container ${container.name} in pod ${formatPod(pod)}`, container.name);
    throw new StartError('CrashLoopBackOff', `back-off ${secondsText(host.crashBackoff.get(key))} restarting failed container=${container.name} pod=${formatPod(pod)}`);
  }
  host.crashBackoff.next(key, ended.finishedAt);
}

/** The newest ended instance is kept for its log and its end. */
async function removeOldInstances({ container, status }: StartRequest, host: RuntimeHost): Promise<void> {
  const instances = status.containers.filter((c) => c.name === container.name && c.state !== 'running');
  for (const old of instances.slice(1)) await host.runtime.runtime.removeContainer(old.id);
}
