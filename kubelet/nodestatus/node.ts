/** The Node object of this kubelet: pure. node-reporter.ts sends it. Behaves like upstream pkg/kubelet/nodestatus/setters.go and initialNode. */
import { rfc3339 } from '../../component-base/clock.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ImageInfo, RuntimeCondition, RuntimeVersion } from '../runtime/interface.ts';
import type { Machine } from './machine.ts';

export const KUBELET_VERSION = 'v1.35.4';

export interface NodeInput {
  readonly nodeName: string;
  readonly machine: Machine;
  readonly addresses: readonly string[];
  /** Of the kubelet's API. */
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly core.Taint[];
  readonly podCIDR?: string | undefined;
  readonly runtimeVersion: RuntimeVersion;
  readonly runtimeConditions: readonly RuntimeCondition[];
  readonly images: readonly ImageInfo[];
  readonly pressures: Pressures;
  /** Kept back from pods: bytes of memory. */
  readonly reservedMemory: number;
  readonly now: number;
}
export interface Pressures {
  readonly memory: boolean;
  readonly disk: boolean;
  readonly pid: boolean;
}

const MAX_IMAGES = 50;
const MAX_NAMES = 5;
const ki = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;

export function nodeLabels({ nodeName, machine, labels }: NodeInput): Record<string, string> {
  const { architecture, operatingSystem } = machine;
  return { 'beta.kubernetes.io/arch': architecture, 'beta.kubernetes.io/os': operatingSystem, 'kubernetes.io/arch': architecture, 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': operatingSystem, ...labels };
}

function resources({ machine, reservedMemory }: NodeInput, allocatable: boolean): Record<string, string> {
  return {
    cpu: String(machine.cpus),
    'ephemeral-storage': allocatable ? String(Math.floor(machine.ephemeralStorageBytes * (reservedMemory > 0 ? 0.9 : 1))) : ki(machine.ephemeralStorageBytes),
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: ki(machine.memoryBytes - (allocatable ? reservedMemory : 0)),
    pods: String(machine.maxPods),
  };
}

type ConditionText = readonly [type: string, bad: boolean, badReason: string, badMessage: string, goodReason: string, goodMessage: string];

function conditionsOf(input: NodeInput, before: readonly DeepReadonly<core.NodeCondition>[]): core.NodeCondition[] {
  const { memory, disk, pid } = input.pressures;
  const texts: readonly ConditionText[] = [
    ['MemoryPressure', memory, 'KubeletHasInsufficientMemory', 'kubelet has insufficient memory available', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    ['DiskPressure', disk, 'KubeletHasDiskPressure', 'kubelet has disk pressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    ['PIDPressure', pid, 'KubeletHasInsufficientPID', 'kubelet has insufficient PID available', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ];
  const lacking = input.runtimeConditions.filter((c) => !c.status).map((c) => `container runtime ${c.type === 'NetworkReady' ? 'network ' : ''}not ready: ${c.type}=false reason:${c.reason} message:${c.message}`);
  const ready: Omit<core.NodeCondition, 'lastHeartbeatTime' | 'lastTransitionTime'> =
    lacking.length === 0 ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' } : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: lacking.join(', ') };
  const made = [...texts.map(([type, bad, br, bm, gr, gm]) => ({ type, status: bad ? 'True' : 'False', reason: bad ? br : gr, message: bad ? bm : gm })), ready];
  const now = rfc3339(input.now);
  return made.map((c) => {
    const old = before.find((b) => b.type === c.type);
    return { ...c, lastHeartbeatTime: now, lastTransitionTime: old?.status === c.status ? old.lastTransitionTime : now };
  });
}

function imagesOf(images: readonly ImageInfo[]): core.ContainerImage[] {
  return [...images].sort((a, b) => b.size - a.size).slice(0, MAX_IMAGES).map(({ repoDigests, repoTags, size }) => ({ names: [...repoDigests, ...repoTags].slice(0, MAX_NAMES), sizeBytes: size }));
}

/** Conditions that others own stay. */
export function nodeStatus(input: NodeInput, before: DeepReadonly<core.NodeStatus> | undefined): core.NodeStatus {
  const { machine, runtimeVersion } = input;
  const made = conditionsOf(input, before?.conditions ?? []);
  const foreign = (before?.conditions ?? []).filter((c) => !made.some((m) => m.type === c.type)).map((c) => ({ ...c }));
  return {
    capacity: resources(input, false),
    allocatable: resources(input, true),
    conditions: [...foreign, ...made],
    addresses: [...input.addresses.map((address) => ({ type: 'InternalIP', address })), { type: 'Hostname', address: input.nodeName }],
    daemonEndpoints: { kubeletEndpoint: { Port: input.port } },
    nodeInfo: {
      machineID: machine.machineID,
      systemUUID: machine.systemUUID,
      bootID: machine.bootID,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: `${runtimeVersion.runtimeName}://${runtimeVersion.runtimeVersion}`,
      kubeletVersion: KUBELET_VERSION,
      kubeProxyVersion: '',
      operatingSystem: machine.operatingSystem,
      architecture: machine.architecture,
    },
    images: imagesOf(input.images),
    runtimeHandlers: [{ name: '', features: { recursiveReadOnlyMounts: false, userNamespaces: false } }],
  };
}

export function initialNode(input: NodeInput): core.Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: input.nodeName, labels: nodeLabels(input), annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' } },
    spec: { ...(input.podCIDR !== undefined && { podCIDR: input.podCIDR, podCIDRs: [input.podCIDR] }), ...(input.taints.length > 0 && { taints: [...input.taints] }) },
    status: nodeStatus(input, undefined),
  } as unknown as core.Node;
}
