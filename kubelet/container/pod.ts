/** Pods as the kubelet reads them: shared, frozen, from the API or a file. Used by every folder here. Behaves like upstream pkg/kubelet/types and pkg/api/v1/pod. */
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Pod = DeepReadonly<core.Pod>;
export type Container = DeepReadonly<core.Container>;
export type PodStatus = core.PodStatus;
export type ContainerStatus = core.ContainerStatus;

export const CONFIG_SOURCE = 'kubernetes.io/config.source';
export const CONFIG_MIRROR = 'kubernetes.io/config.mirror';
export const CONFIG_HASH = 'kubernetes.io/config.hash';

export const isStaticPod = (pod: Pod): boolean => {
  const source = pod.metadata.annotations?.[CONFIG_SOURCE];
  return source !== undefined && source !== 'api';
};
export const isMirrorPod = (pod: Pod): boolean => pod.metadata.annotations?.[CONFIG_MIRROR] !== undefined;

/** Regular containers. */
export const containersOf = (pod: Pod): readonly Container[] => pod.spec.containers ?? [];
export const initContainersOf = (pod: Pod): readonly Container[] => pod.spec.initContainers ?? [];
export const ephemeralContainersOf = (pod: Pod): readonly Container[] => pod.spec.ephemeralContainers ?? [];
export const allContainersOf = (pod: Pod): readonly Container[] => [...initContainersOf(pod), ...containersOf(pod), ...ephemeralContainersOf(pod)];

export function findContainer(pod: Pod, name: string): Container | undefined {
  return allContainersOf(pod).find((c) => c.name === name);
}

/** A sidecar. */
export const isRestartableInit = (container: Container): boolean => container.restartPolicy === 'Always';
export const hasRestartableInit = (pod: Pod): boolean => initContainersOf(pod).some(isRestartableInit);
export const isHostNetwork = (pod: Pod): boolean => pod.spec.hostNetwork === true;
export const isTerminalPhase = (phase: string | undefined): boolean => phase === 'Failed' || phase === 'Succeeded';

/** `name_namespace(uid)`, as messages name a pod. */
export const formatPod = (pod: Pod): string => `${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;

/** `spec.containers{web}`: the part of the pod that a container's event is about. */
export function containerFieldPath(pod: Pod, name: string): string {
  if (initContainersOf(pod).some((c) => c.name === name)) return `spec.initContainers{${name}}`;
  if (ephemeralContainersOf(pod).some((c) => c.name === name)) return `spec.ephemeralContainers{${name}}`;
  return `spec.containers{${name}}`;
}

/** Whether the controlling owner is of that kind. */
export const isControlledBy = (pod: Pod, kind: string): boolean => pod.metadata.ownerReferences?.some((o) => o.controller === true && o.kind === kind) ?? false;
