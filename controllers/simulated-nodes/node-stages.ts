/** What a simulated node says of itself. Pure. Behaves like upstream kwok's node stages. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';

export type Node = DeepReadonly<core.Node>;

/** No kubelet has registered it: a kubelet tells its port. */
export function isSimulated(node: Node): boolean {
  return (node.status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0) === 0 && node.metadata.annotations?.['k8ts.dev/simulated'] !== 'false';
}

export function isReady(node: Node): boolean {
  return node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') === true;
}

const CONDITIONS = [
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['NetworkUnavailable', 'False', 'RouteCreated', 'RouteController created a route'],
] as const;

const CAPACITY = { cpu: '1k', memory: '1Ti', pods: '1M' };
const VERSION = 'v1.35.4';

/** What the creator said of the node stays. */
export function readyNodeStatus(node: Node, ip: string, now: number): Draft<core.NodeStatus> {
  const { status } = node;
  const info = status?.nodeInfo;
  const has = (list: Readonly<Record<string, unknown>> | undefined): boolean => Object.keys(list ?? {}).length > 0;
  return {
    ...status,
    conditions: CONDITIONS.map(([type, value, reason, message]) => ({ type, status: value, reason, message, lastHeartbeatTime: rfc3339(now), lastTransitionTime: node.metadata.creationTimestamp })),
    addresses: (status?.addresses ?? []).length > 0 ? status.addresses : [{ type: 'InternalIP', address: ip }, { type: 'Hostname', address: node.metadata.name }],
    capacity: has(status?.capacity) ? status.capacity : CAPACITY,
    allocatable: has(status?.allocatable) ? status.allocatable : has(status?.capacity) ? status.capacity : CAPACITY,
    nodeInfo: {
      architecture: info?.architecture || 'amd64',
      bootID: info?.bootID ?? '',
      containerRuntimeVersion: info?.containerRuntimeVersion || 'simulated://1.0.0',
      kernelVersion: info?.kernelVersion || 'simulated',
      kubeProxyVersion: info?.kubeProxyVersion || VERSION,
      kubeletVersion: info?.kubeletVersion || VERSION,
      machineID: info?.machineID ?? '',
      operatingSystem: info?.operatingSystem || 'linux',
      osImage: info?.osImage ?? '',
      systemUUID: info?.systemUUID ?? '',
    },
    phase: 'Running',
  };
}
