/** RuntimeService, StatsService and ImageService over CRI. */
import { isRuntimeNotFound, RuntimeError, type ImageService, type RuntimeCondition, type RuntimeService, type RuntimeVersion, type StatsService } from '../interface.ts';
import type { CriClient } from './cri-client.ts';
import * as from from './from-cri.ts';
import type { Message } from './protobuf.ts';
import * as to from './to-cri.ts';

const list = (value: unknown): Message[] => value as Message[];

/** Nothing to do when it is gone. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isRuntimeNotFound(error)) throw error;
  }
}

export function runtimeService(cri: CriClient): RuntimeService {
  const call = (method: string, request: Message, timeoutMs?: number): Promise<Message> => cri.call('RuntimeService', method, request, timeoutMs);
  return {
    version: async () => (await call('Version', { version: 'v1' })) as unknown as RuntimeVersion,
    status: async () => (((await call('Status', {})).status as Message | undefined)?.conditions ?? []) as RuntimeCondition[],
    async runPodSandbox(config, runtimeHandler) {
      return (await call('RunPodSandbox', { config: to.sandboxConfig(config), runtimeHandler }, 240_000)).podSandboxId as string;
    },
    stopPodSandbox: (podSandboxId) => unlessGone(call('StopPodSandbox', { podSandboxId })),
    removePodSandbox: (podSandboxId) => unlessGone(call('RemovePodSandbox', { podSandboxId })),
    async podSandboxStatus(podSandboxId) {
      const { status } = await call('PodSandboxStatus', { podSandboxId });
      if (!status) throw new RuntimeError('NotFound', `sandbox "${podSandboxId}" has no status`);
      return from.podSandboxStatus(status as Message);
    },
    listPodSandbox: async (filter) => list((await call('ListPodSandbox', { filter: to.sandboxFilter(filter) })).items).map(from.podSandbox),
    async createContainer(podSandboxId, config, sandbox) {
      return (await call('CreateContainer', { podSandboxId, config: to.containerConfig(config), sandboxConfig: to.sandboxConfig(sandbox) })).containerId as string;
    },
    async startContainer(containerId) {
      await call('StartContainer', { containerId });
    },
    stopContainer: (containerId, timeout) => unlessGone(call('StopContainer', { containerId, timeout }, (timeout + 120) * 1000)),
    removeContainer: (containerId) => unlessGone(call('RemoveContainer', { containerId })),
    async containerStatus(containerId) {
      const { status } = await call('ContainerStatus', { containerId });
      if (!status) throw new RuntimeError('NotFound', `container "${containerId}" has no status`);
      return from.containerStatus(status as Message);
    },
    listContainers: async (filter) => list((await call('ListContainers', { filter: to.containerFilter(filter) })).containers).map(from.containerInfo),
    async updateContainerResources(containerId, resources) {
      await call('UpdateContainerResources', { containerId, linux: to.resources(resources) });
    },
    async updateRuntimeConfig({ podCIDR }) {
      await call('UpdateRuntimeConfig', { runtimeConfig: { networkConfig: { podCidr: podCIDR } } });
    },
  };
}

export function statsService(cri: CriClient, runtime: RuntimeService): StatsService {
  return {
    containerStats: async (containerId) => from.containerStats((await cri.call('RuntimeService', 'ContainerStats', { containerId })).stats as Message),
    async podSandboxStats(filter) {
      const sandboxes = await runtime.listPodSandbox({ state: 'SANDBOX_READY', ...filter });
      const stats = list((await cri.call('RuntimeService', 'ListContainerStats', {})).stats).map(from.containerStats);
      const containers = await runtime.listContainers({ state: 'CONTAINER_RUNNING' });
      return sandboxes.map((s) => from.podStats(s, stats.filter((x) => containers.some((c) => c.id === x.id && c.podSandboxId === s.id))));
    },
  };
}

export function imageService(cri: CriClient): ImageService {
  const call = (method: string, request: Message, timeoutMs?: number): Promise<Message> => cri.call('ImageService', method, request, timeoutMs);
  return {
    listImages: async () => list((await call('ListImages', {})).images).map(from.imageInfo),
    async imageStatus(image) {
      const found = (await call('ImageStatus', { image: to.imageSpec(image) })).image as Message | undefined;
      return found && from.imageInfo(found);
    },
    pullImage: async (image, auth, sandbox) => (await call('PullImage', { image: to.imageSpec(image), auth: to.authConfig(auth), sandboxConfig: sandbox && to.sandboxConfig(sandbox) }, 0)).imageRef as string,
    removeImage: (image) => unlessGone(call('RemoveImage', { image: to.imageSpec(image) })),
    imageFsInfo: async () => list((await call('ImageFsInfo', {})).imageFilesystems).map(from.filesystemUsage),
  };
}
