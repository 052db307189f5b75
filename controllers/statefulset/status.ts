/** The status of a StatefulSet. Pure. Behaves like upstream pkg/controller/statefulset. */
import type * as apps from '../../apimachinery/types/apps.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { isPodAvailable, isPodReady, type Pod } from '../pods/conditions.ts';
import { replicasOf, revisionOf, type StatefulSet } from './identity.ts';

export type StatefulSetStatus = DeepReadonly<apps.StatefulSetStatus>;

export interface Revisions {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

export const isReady = (pod: Pod): boolean => pod.status.phase === 'Running' && isPodReady(pod);
const isTerminating = (pod: Pod): boolean => pod.metadata.deletionTimestamp !== undefined;

export function isAvailable(set: StatefulSet, pod: Pod, now: number): boolean {
  return !isTerminating(pod) && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

/** `pods`: those that exist. */
export function statusOf(set: StatefulSet, pods: readonly Pod[], { current, update, collisionCount }: Revisions, now: number): StatefulSetStatus {
  const count = (accepts: (pod: Pod) => boolean): number => pods.filter(accepts).length;
  return {
    ...(set.metadata.generation !== undefined && { observedGeneration: set.metadata.generation }),
    replicas: pods.length,
    readyReplicas: count(isReady),
    availableReplicas: count((pod) => isReady(pod) && isPodAvailable(pod, set.spec.minReadySeconds ?? 0, now)),
    currentReplicas: count((pod) => !isTerminating(pod) && revisionOf(pod) === current),
    updatedReplicas: count((pod) => !isTerminating(pod) && revisionOf(pod) === update),
    currentRevision: current,
    updateRevision: update,
    collisionCount,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}

/** A rollout that reached every pod makes its revision the current one. */
export function completed(set: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const size = replicasOf(set);
  const isDone = set.spec.updateStrategy?.type === 'RollingUpdate' && status.updatedReplicas === size && status.readyReplicas === size && status.replicas === size;
  return isDone ? { ...status, currentReplicas: size, currentRevision: status.updateRevision } as StatefulSetStatus : status;
}

export function needsWrite(before: StatefulSetStatus | undefined, after: StatefulSetStatus): boolean {
  const counts = ['replicas', 'readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas'] as const;
  if ((after.observedGeneration ?? 0) > (before?.observedGeneration ?? 0)) return true;
  return counts.some((field) => (after[field] ?? 0) !== (before?.[field] ?? 0)) || after.currentRevision !== before?.currentRevision || after.updateRevision !== before?.updateRevision;
}
