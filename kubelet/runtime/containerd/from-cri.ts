/** CRI messages as the port's types: nanoseconds become milliseconds. */
import type { ContainerInfo, ContainerMetadata, ContainerState, ContainerStats, ContainerStatus, FilesystemUsage, ImageInfo, ImageSpec, Mount, NamespaceMode, PodSandbox, PodSandboxMetadata, PodSandboxState, PodSandboxStats, PodSandboxStatus, StringMap } from '../interface.ts';
import type { Message } from './protobuf.ts';

const milliseconds = (value: unknown): number => Number(value) / 1e6;
const text = (value: unknown): string => value as string;
const map = (value: unknown): StringMap => value as StringMap;
const wrapped = (value: unknown): number => Number((value as Message | undefined)?.value ?? 0);

export function podSandbox(m: Message): PodSandbox {
  return { id: text(m.id), metadata: m.metadata as PodSandboxMetadata, state: m.state as PodSandboxState, createdAt: milliseconds(m.createdAt), labels: map(m.labels), annotations: map(m.annotations), runtimeHandler: text(m.runtimeHandler) };
}

export function podSandboxStatus(m: Message): PodSandboxStatus {
  const network = m.network as { ip: string; additionalIps: { ip: string }[] } | undefined;
  const options = ((m.linux as Message | undefined)?.namespaces as Message | undefined)?.options as { network: NamespaceMode } | undefined;
  const ips = [network?.ip ?? '', ...(network?.additionalIps ?? []).map((p) => p.ip)].filter((ip) => ip !== '');
  return { ...podSandbox(m), ips, network: options?.network ?? 'POD' };
}

export function containerInfo(m: Message): ContainerInfo {
  return { id: text(m.id), podSandboxId: text(m.podSandboxId), metadata: m.metadata as ContainerMetadata, image: m.image as ImageSpec, imageRef: text(m.imageRef), state: m.state as ContainerState, createdAt: milliseconds(m.createdAt), labels: map(m.labels), annotations: map(m.annotations) };
}

export function containerStatus(m: Message): ContainerStatus {
  const user = (m.user as Message | undefined)?.linux as { uid: number; gid: number; supplementalGroups: number[] } | undefined;
  return {
    id: text(m.id),
    metadata: m.metadata as ContainerMetadata,
    state: m.state as ContainerState,
    createdAt: milliseconds(m.createdAt),
    startedAt: milliseconds(m.startedAt),
    finishedAt: milliseconds(m.finishedAt),
    exitCode: m.exitCode as number,
    image: m.image as ImageSpec,
    imageRef: text(m.imageRef),
    reason: text(m.reason),
    message: text(m.message),
    labels: map(m.labels),
    annotations: map(m.annotations),
    mounts: m.mounts as Mount[],
    logPath: text(m.logPath),
    ...(user && { user }),
  };
}

export function imageInfo(m: Message): ImageInfo {
  const uid = m.uid as { value: number } | undefined;
  return { id: text(m.id), repoTags: m.repoTags as string[], repoDigests: m.repoDigests as string[], size: Number(m.size), ...(uid && { uid: uid.value }), username: text(m.username), pinned: m.pinned as boolean };
}

export function filesystemUsage(m: Message): FilesystemUsage {
  return { timestamp: milliseconds(m.timestamp), mountpoint: text((m.fsId as Message | undefined)?.mountpoint ?? ''), usedBytes: wrapped(m.usedBytes), inodesUsed: wrapped(m.inodesUsed) };
}

export function containerStats(m: Message): ContainerStats {
  const [attributes, cpu, memory, layer] = [m.attributes, m.cpu, m.memory, m.writableLayer] as (Message | undefined)[];
  return {
    id: text(attributes?.id ?? ''),
    name: (attributes?.metadata as ContainerMetadata | undefined)?.name ?? '',
    timestamp: milliseconds(cpu?.timestamp ?? 0),
    cpuUsageCoreNanoSeconds: wrapped(cpu?.usageCoreNanoSeconds),
    cpuUsageNanoCores: wrapped(cpu?.usageNanoCores),
    memoryWorkingSetBytes: wrapped(memory?.workingSetBytes),
    memoryUsageBytes: wrapped(memory?.usageBytes),
    memoryRssBytes: wrapped(memory?.rssBytes),
    writableLayerUsedBytes: wrapped(layer?.usedBytes),
  };
}

export function podStats(sandbox: PodSandbox, containers: readonly ContainerStats[]): PodSandboxStats {
  return { id: sandbox.id, metadata: sandbox.metadata, containers };
}
