/** Starts one container: image, configuration, creation, start, postStart. Behaves like upstream pkg/kubelet/kuberuntime startContainer. */
import { findStatus, type PodRuntimeStatus } from '../container/pod-runtime-status.ts';
import { ephemeralContainersOf, type Container, type Pod } from '../container/pod.ts';
import { StartError, type StartReason } from '../container/start-error.ts';
import type { ContainerConfig, PodSandboxConfig } from '../runtime/interface.ts';
import type { PodVolumes } from '../volumes/volume-manager.ts';
import { containerConfig } from './container-config.ts';
import type { RuntimeHost } from './host.ts';
import { killContainer } from './kill.ts';

export interface StartRequest {
  readonly pod: Pod;
  readonly container: Container;
  readonly status: PodRuntimeStatus;
  readonly sandboxId: string;
  readonly sandboxConfig: PodSandboxConfig;
  readonly podIPs: readonly string[];
  readonly volumes: PodVolumes;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Throws StartError. */
export async function startContainer(request: StartRequest, host: RuntimeHost): Promise<void> {
  const { pod, container, sandboxId, sandboxConfig } = request;
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): void => host.event(pod, type, reason, message, container.name);
  const step = async <T>(reason: StartReason, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      event('Warning', 'Failed', `Error: ${error instanceof StartError ? error.reason : textOf(error)}`);
      throw error instanceof StartError ? error : new StartError(reason, textOf(error), error);
    }
  };
  const imageRef = await step('ErrImagePull', () => host.images.ensureImageExists(pod, container, event));
  const config = await step('CreateContainerConfigError', () => configOf(request, imageRef, host));
  const id = await step('CreateContainerError', () => host.runtime.runtime.createContainer(sandboxId, config, sandboxConfig));
  event('Normal', 'Created', 'Container created');
  await step('RunContainerError', () => host.runtime.runtime.startContainer(id));
  event('Normal', 'Started', 'Container started');
  await postStart(request, id, host);
}

async function configOf({ pod, container, status, podIPs, volumes }: StartRequest, imageRef: string, host: RuntimeHost): Promise<ContainerConfig> {
  const before = findStatus(status, container.name);
  const image = await host.runtime.images.imageStatus({ image: imageRef });
  const target = ephemeralContainersOf(pod).includes(container) ? (container as { targetContainerName?: string }).targetContainerName : undefined;
  const targetId = target === undefined || target === '' ? undefined : findStatus(status, target)?.id;
  if (target !== undefined && target !== '' && targetId === undefined) throw new Error(`unable to find target container ${target}`);
  return containerConfig({ pod, container, restartCount: before ? before.restartCount + 1 : reportedRestarts(pod, container), podIPs, volumes, imageRef, image, targetId }, host);
}

/** A runtime that has lost its containers does not count from zero again. */
function reportedRestarts(pod: Pod, { name }: Container): number {
  const reported = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find((s) => s.name === name);
  if (!reported) return 0;
  return reported.containerID === undefined ? reported.restartCount : reported.restartCount + 1;
}

async function postStart({ pod, container, podIPs }: StartRequest, id: string, host: RuntimeHost): Promise<void> {
  const handler = container.lifecycle?.postStart;
  if (!handler) return;
  try {
    await host.handlers.run(id, pod, container, handler, podIPs[0] ?? '');
  } catch (error) {
    host.log.warn('PostStart hook failed', { pod: pod.metadata.name, container: container.name, why: textOf(error) });
    host.event(pod, 'Warning', 'FailedPostStartHook', 'PostStartHook failed', container.name);
    await killContainer({ pod, id, name: container.name, message: 'FailedPostStartHook', reason: 'FailedPostStartHook', podIP: podIPs[0] ?? '' }, host);
    throw new StartError('PostStartHookError', textOf(error), error);
  }
}
