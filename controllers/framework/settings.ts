/** What the controllers can be told: the flags of upstream's kube-controller-manager that change their behaviour, with its defaults. Times are milliseconds. */

export interface ControllerSettings {
  /** PEM; published as kube-root-ca.crt in every namespace. */
  readonly rootCA?: string;
  /** PEM (PKCS 8); signs the tokens that are kept in secrets. */
  readonly serviceAccountPrivateKey?: string;
  /** PEM; signs certificate requests. */
  readonly clusterSigningCert?: string;
  readonly clusterSigningKey?: string;
  readonly clusterSigningDuration: number;
  readonly allocateNodeCIDRs: boolean;
  /** Comma separated, one a family. */
  readonly clusterCIDR: string;
  readonly nodeCIDRMaskSizeIPv4: number;
  readonly nodeCIDRMaskSizeIPv6: number;
  readonly serviceClusterIPRange: string;
  readonly nodeMonitorPeriod: number;
  readonly nodeMonitorGracePeriod: number;
  readonly nodeStartupGracePeriod: number;
  readonly nodeEvictionRate: number;
  readonly terminatedPodGCThreshold: number;
  readonly maxEndpointsPerSlice: number;
  readonly resourceQuotaSyncPeriod: number;
  readonly horizontalPodAutoscalerSyncPeriod: number;
  /** The address of simulated nodes. */
  readonly simulatedNodeIP: string;
  /** How long a simulated pod stays in a stage. */
  readonly simulatedPodStageDelay: number;
}

export const DEFAULT_SETTINGS: ControllerSettings = {
  clusterSigningDuration: 365 * 24 * 3_600_000,
  allocateNodeCIDRs: true,
  clusterCIDR: '10.244.0.0/16',
  nodeCIDRMaskSizeIPv4: 24,
  nodeCIDRMaskSizeIPv6: 64,
  serviceClusterIPRange: '10.96.0.0/16',
  nodeMonitorPeriod: 5_000,
  nodeMonitorGracePeriod: 50_000,
  nodeStartupGracePeriod: 60_000,
  nodeEvictionRate: 0.1,
  terminatedPodGCThreshold: 12_500,
  maxEndpointsPerSlice: 100,
  resourceQuotaSyncPeriod: 5 * 60_000,
  horizontalPodAutoscalerSyncPeriod: 15_000,
  simulatedNodeIP: '10.0.0.1',
  simulatedPodStageDelay: 0,
};
