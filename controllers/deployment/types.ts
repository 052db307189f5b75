/** The names that the files of the deployment controller share. */
import type * as apps from '../../apimachinery/types/apps.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Deployment = DeepReadonly<apps.Deployment>;
export type DeploymentStatus = DeepReadonly<apps.DeploymentStatus>;
export type DeploymentCondition = DeepReadonly<apps.DeploymentCondition>;
export type ReplicaSet = DeepReadonly<apps.ReplicaSet>;

/** The ReplicaSets of a Deployment, told apart. */
export interface Sets {
  /** The one that has the Deployment's template; absent when none has. */
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

/** One ReplicaSet gets another size. */
export interface Scale {
  readonly set: ReplicaSet;
  readonly replicas: number;
}

export const allOf = ({ current, old }: Sets): readonly ReplicaSet[] => (current ? [...old, current] : old);
export const replicasOf = (obj: { readonly spec: { readonly replicas?: number } }): number => obj.spec.replicas ?? 1;
export const isRollingUpdate = (d: Deployment): boolean => d.spec.strategy?.type === 'RollingUpdate';
const MAX_INT32 = 2 ** 31 - 1;
export const hasProgressDeadline = (d: Deployment): boolean => d.spec.progressDeadlineSeconds !== undefined && d.spec.progressDeadlineSeconds !== MAX_INT32;
export const hasRevisionHistoryLimit = (d: Deployment): boolean => d.spec.revisionHistoryLimit !== undefined && d.spec.revisionHistoryLimit !== MAX_INT32;
export const activeSets = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] => sets.filter((set) => replicasOf(set) > 0);
export const sumOf = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number => sets.reduce((n, set) => n + (count(set) ?? 0), 0);
