/** The port's configurations as CRI messages. */
import { readFileSync } from 'node:fs';
import type { AuthConfig, ContainerConfig, ContainerFilter, ImageSpec, LinuxContainerResources, LinuxContainerSecurityContext, LinuxSandboxSecurityContext, PodSandboxConfig, PodSandboxFilter } from '../interface.ts';
import type { Message } from './protobuf.ts';

const int64 = (value: number | undefined): Message | undefined => (value === undefined ? undefined : { value });

/** A process may not ask for less than its own value without CAP_SYS_RESOURCE. */
function ownOomScoreAdj(): number {
  return Number(readFileSync('/proc/self/oom_score_adj', 'utf8'));
}

export const imageSpec = (image: ImageSpec): Message => ({ image: image.image, annotations: image.annotations ?? {}, userSpecifiedImage: image.userSpecifiedImage ?? '', runtimeHandler: image.runtimeHandler ?? '' });

export const authConfig = (auth: AuthConfig | undefined): Message | undefined => auth && { ...auth };

export function sandboxConfig(config: PodSandboxConfig): Message {
  const { metadata, hostname, logDirectory, dnsConfig, portMappings, labels, annotations, linux } = config;
  return { metadata, hostname, logDirectory, dnsConfig, portMappings, labels, annotations, linux: { cgroupParent: linux.cgroupParent, sysctls: linux.sysctls, securityContext: sandboxSecurity(linux.securityContext) } };
}

function sandboxSecurity(context: LinuxSandboxSecurityContext): Message {
  return { ...context, runAsUser: int64(context.runAsUser), runAsGroup: int64(context.runAsGroup) };
}

export function containerConfig(config: ContainerConfig): Message {
  const { metadata, image, command, args, workingDir, envs, mounts, devices, labels, annotations, logPath, stdin, stdinOnce, tty, linux } = config;
  return {
    metadata, command, args, workingDir, envs, devices, labels, annotations, logPath, stdin, stdinOnce, tty, mounts,
    image: imageSpec(image),
    linux: { resources: resources(linux.resources), securityContext: containerSecurity(linux.securityContext) },
    stopSignal: config.stopSignal?.replace('SIGRTMIN+', 'SIGRTMINPLUS').replace('SIGRTMAX-', 'SIGRTMAXMINUS'),
  };
}

export function resources(value: LinuxContainerResources): Message {
  return { ...value, ...(value.oomScoreAdj !== undefined && { oomScoreAdj: Math.max(value.oomScoreAdj, ownOomScoreAdj()) }) };
}

function containerSecurity(context: LinuxContainerSecurityContext): Message {
  return { ...context, runAsUser: int64(context.runAsUser), runAsGroup: int64(context.runAsGroup) };
}

export const sandboxFilter = (filter: PodSandboxFilter | undefined): Message | undefined => filter && { id: filter.id ?? '', labelSelector: filter.labelSelector ?? {}, ...(filter.state && { state: { state: filter.state } }) };
export const containerFilter = (filter: ContainerFilter | undefined): Message | undefined =>
  filter && { id: filter.id ?? '', podSandboxId: filter.podSandboxId ?? '', labelSelector: filter.labelSelector ?? {}, ...(filter.state && { state: { state: filter.state } }) };
