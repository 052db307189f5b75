/** What the runtime says of a pod: between kuberuntime/ (which asks), the planner and status/. Behaves like upstream pkg/kubelet/container PodStatus. */
import type { PodSandboxStatus } from '../runtime/interface.ts';

export type RuntimeState = 'created' | 'running' | 'exited' | 'unknown';

export interface RuntimeContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly name: string;
  readonly state: RuntimeState;
  /** Milliseconds since the epoch; 0 when it has not come. */
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly image: string;
  readonly imageRef: string;
  readonly hash: string;
  readonly restartCount: number;
  readonly reason: string;
  readonly message: string;
  readonly user?: { readonly uid: number; readonly gid: number; readonly supplementalGroups: readonly number[] } | undefined;
}

export interface PodRuntimeStatus {
  /** Primary first. */
  readonly ips: readonly string[];
  /** All that exist, of older sandboxes, too; the newest first. */
  readonly containers: readonly RuntimeContainerStatus[];
  /** The newest first. */
  readonly sandboxes: readonly PodSandboxStatus[];
}

export const EMPTY_STATUS: PodRuntimeStatus = { ips: [], containers: [], sandboxes: [] };

/** The newest container of that name. */
export function findStatus(status: PodRuntimeStatus, name: string): RuntimeContainerStatus | undefined {
  return status.containers.find((c) => c.name === name);
}
