/** A node with the pods on it and what they use together. Immutable: a change makes a new one with a higher generation. Behaves like upstream scheduler/framework.NodeInfo. */
import { add, amounts, type Amounts } from './resources.ts';
import type { HostPort, PodInfo } from './pod-info.ts';
import type { Node } from './objects.ts';

export interface NodeInfo {
  readonly name: string;
  readonly node: Node;
  readonly pods: readonly PodInfo[];
  /** Those of them with affinity or anti-affinity to pods. */
  readonly podsWithAffinity: readonly PodInfo[];
  readonly allocatable: ReadonlyMap<string, number>;
  readonly requested: ReadonlyMap<string, number>;
  readonly nonZeroRequested: { readonly cpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  /** Image name to size in bytes. */
  readonly images: ReadonlyMap<string, number>;
}

function imagesOf(node: Node): Map<string, number> {
  return new Map((node.status.images ?? []).flatMap((i) => (i.names ?? []).map((name) => [name, i.sizeBytes ?? 0] as const)));
}

export function newNodeInfo(node: Node, pods: readonly PodInfo[]): NodeInfo {
  const requested: Amounts = new Map();
  const nonZeroRequested = { cpu: 0, memory: 0 };
  for (const p of pods) {
    add(requested, p.requests);
    nonZeroRequested.cpu += p.nonZero.cpu;
    nonZeroRequested.memory += p.nonZero.memory;
  }
  return {
    name: node.metadata.name,
    node,
    pods,
    podsWithAffinity: pods.filter((p) => p.hasPodAffinity),
    allocatable: amounts(node.status.allocatable),
    requested,
    nonZeroRequested,
    hostPorts: pods.flatMap((p) => p.hostPorts),
    images: imagesOf(node),
  };
}

/** The node with one pod more. */
export function withPod(info: NodeInfo, pod: PodInfo): NodeInfo {
  const requested = new Map(info.requested);
  add(requested, pod.requests);
  return {
    ...info,
    pods: [...info.pods, pod],
    podsWithAffinity: pod.hasPodAffinity ? [...info.podsWithAffinity, pod] : info.podsWithAffinity,
    requested,
    nonZeroRequested: { cpu: info.nonZeroRequested.cpu + pod.nonZero.cpu, memory: info.nonZeroRequested.memory + pod.nonZero.memory },
    hostPorts: pod.hostPorts.length === 0 ? info.hostPorts : [...info.hostPorts, ...pod.hostPorts],
  };
}

/** The node without the pod of this uid; the same node when it is not there. */
export function withoutPod(info: NodeInfo, uid: string): NodeInfo {
  const gone = info.pods.find((p) => p.pod.metadata.uid === uid);
  if (!gone) return info;
  const requested = new Map(info.requested);
  add(requested, gone.requests, -1);
  const pods = info.pods.filter((p) => p !== gone);
  return {
    ...info,
    pods,
    podsWithAffinity: gone.hasPodAffinity ? info.podsWithAffinity.filter((p) => p !== gone) : info.podsWithAffinity,
    requested,
    nonZeroRequested: { cpu: info.nonZeroRequested.cpu - gone.nonZero.cpu, memory: info.nonZeroRequested.memory - gone.nonZero.memory },
    hostPorts: gone.hostPorts.length === 0 ? info.hostPorts : pods.flatMap((p) => p.hostPorts),
  };
}
