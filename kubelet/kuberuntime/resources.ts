/** Requests and limits as the kernel takes them. Behaves like upstream pkg/kubelet/kuberuntime generateLinuxContainerResources and pkg/kubelet/qos. */
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type { Container, Pod } from '../container/pod.ts';
import type { LinuxContainerResources } from '../runtime/interface.ts';
import { podQOS } from '../status/qos.ts';

const CPU_PERIOD = 100_000;
const MIN_SHARES = 2;
const MAX_SHARES = 262_144;
const MIN_QUOTA = 1000;

const shares = (milli: number): number => Math.min(MAX_SHARES, Math.max(MIN_SHARES, Math.floor((milli * 1024) / 1000)));

export function linuxResources(pod: Pod, container: Container, memoryCapacity: number): LinuxContainerResources {
  const { requests, limits } = container.resources ?? {};
  const request = requests?.cpu ?? limits?.cpu;
  const memory = limits?.memory === undefined ? undefined : parseQuantity(limits.memory).value();
  return {
    cpuShares: shares(request === undefined ? 0 : parseQuantity(request).milliValue()),
    ...(limits?.cpu !== undefined && { cpuPeriod: CPU_PERIOD, cpuQuota: Math.max(MIN_QUOTA, Math.floor((parseQuantity(limits.cpu).milliValue() * CPU_PERIOD) / 1000)) }),
    ...(memory !== undefined && memory > 0 && { memoryLimitInBytes: memory }),
    oomScoreAdj: oomScoreAdj(pod, container, memoryCapacity),
  };
}

/** What the kernel kills first has the higher value. */
export function oomScoreAdj(pod: Pod, container: Container, memoryCapacity: number): number {
  const isCritical = (pod.spec.priority ?? 0) >= 2_000_000_000;
  const qos = podQOS(pod);
  if (isCritical || qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const request = container.resources?.requests?.memory;
  const bytes = request === undefined ? 0 : parseQuantity(request).value();
  return Math.min(999, Math.max(3, 1000 - Math.floor((1000 * bytes) / memoryCapacity)));
}

/** Below the kubelet's cgroup root, by class of service. */
export function podCgroup(pod: Pod, root: string): string {
  const qos = podQOS(pod);
  const name = `pod${pod.metadata.uid}`;
  return `${root}/kubepods/${qos === 'Guaranteed' ? name : `${qos.toLowerCase()}/${name}`}`;
}
