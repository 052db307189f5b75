/** What is decided about a pod (./pod-actions.ts, ./init-actions.ts), and what probes say for it. */

export type ProbeResult = 'success' | 'failure' | 'unknown';
/** The latest results by container id; undefined before the first. */
export interface ProbeResults {
  liveness(containerId: string): ProbeResult | undefined;
  startup(containerId: string): ProbeResult | undefined;
}
export type KillReason = '' | 'Unknown' | 'LivenessProbe' | 'StartupProbe' | 'FailedPostStartHook';
export interface ContainerToKill {
  readonly id: string;
  readonly name: string;
  readonly message: string;
  readonly reason: KillReason;
}
export interface PodActions {
  killPod: boolean;
  createSandbox: boolean;
  /** To create (the attempt's number) or to go on with. */
  readonly attempt: number;
  readonly sandboxId: string;
  /** Names, in the order in which they start. */
  initContainersToStart: string[];
  containersToStart: string[];
  ephemeralContainersToStart: string[];
  containersToKill: ContainerToKill[];
}
