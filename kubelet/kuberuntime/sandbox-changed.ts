/** Whether a pod needs a new sandbox. Behaves like upstream pkg/kubelet/kuberuntime/util PodSandboxChanged. */
import type { PodRuntimeStatus } from '../container/pod-runtime-status.ts';
import { isHostNetwork, type Pod } from '../container/pod.ts';

export interface SandboxNeed {
  readonly create: boolean;
  readonly attempt: number;
  /** The one there is; '' when there is none to go on with. */
  readonly sandboxId: string;
}

export function podSandboxChanged(pod: Pod, status: PodRuntimeStatus): SandboxNeed {
  const newest = status.sandboxes[0];
  if (!newest) return { create: true, attempt: 0, sandboxId: '' };
  const again = { create: true, attempt: newest.metadata.attempt + 1, sandboxId: newest.id };
  if (status.sandboxes.filter((s) => s.state === 'SANDBOX_READY').length > 1 || newest.state !== 'SANDBOX_READY') return again;
  if (newest.network !== (isHostNetwork(pod) ? 'NODE' : 'POD')) return { ...again, sandboxId: '' };
  if (!isHostNetwork(pod) && newest.ips.length === 0) return again;
  return { create: false, attempt: newest.metadata.attempt, sandboxId: newest.id };
}
