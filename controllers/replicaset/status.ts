/** The status of a ReplicaSet or a ReplicationController. Behaves like upstream pkg/controller/replicaset/replica_set_utils.go. */
import type * as apps from '../../apimachinery/types/apps.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { matchesAll } from '../framework/labels.ts';
import { messageOf } from '../framework/status-errors.ts';
import { isPodAvailable, isPodReady, type Pod } from '../pods/conditions.ts';
import type { PodTemplate } from '../pods/control.ts';

export type ReplicaSetStatus = DeepReadonly<apps.ReplicaSetStatus>;

export interface Counted {
  readonly replicas: number;
  readonly minReadySeconds: number;
  readonly template: PodTemplate;
  readonly generation: number | undefined;
  readonly status: ReplicaSetStatus;
}

type Condition = DeepReadonly<apps.ReplicaSetCondition>;

/** `error`: why pods could not be created or deleted. */
function conditionsOf(conditions: readonly Condition[], active: number, replicas: number, error: unknown, now: number): readonly Condition[] {
  const failure = conditions.find((c) => c.type === 'ReplicaFailure');
  if (error === undefined) return failure ? conditions.filter((c) => c !== failure) : conditions;
  if (failure) return conditions;
  const reason = active < replicas ? 'FailedCreate' : active > replicas ? 'FailedDelete' : '';
  return [...conditions, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: rfc3339(now), reason, message: messageOf(error) }];
}

/** `terminating` is absent where the status has no such count (ReplicationController). */
export function calculateStatus(owner: Counted, active: readonly Pod[], terminating: readonly Pod[] | undefined, error: unknown, now: number): ReplicaSetStatus {
  const count = (accepts: (pod: Pod) => boolean): number => active.filter(accepts).length;
  const { conditions: _, terminatingReplicas: __, ...before } = owner.status;
  const conditions = conditionsOf(owner.status.conditions ?? [], active.length, owner.replicas, error, now);
  return {
    ...before,
    replicas: active.length,
    fullyLabeledReplicas: count((pod) => matchesAll(owner.template.metadata?.labels, pod.metadata.labels)),
    readyReplicas: count(isPodReady),
    availableReplicas: count((pod) => isPodAvailable(pod, owner.minReadySeconds, now)),
    ...(terminating && { terminatingReplicas: terminating.length }),
    ...(owner.generation !== undefined && { observedGeneration: owner.generation }),
    ...(conditions.length > 0 && { conditions }),
  };
}

/** Whether writing `b` over `a` would change anything. */
export function sameStatus(a: ReplicaSetStatus, b: ReplicaSetStatus): boolean {
  const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'terminatingReplicas', 'observedGeneration'] as const;
  return counts.every((field) => (a[field] ?? 0) === (b[field] ?? 0)) && a.terminatingReplicas === b.terminatingReplicas && JSON.stringify(a.conditions ?? []) === JSON.stringify(b.conditions ?? []);
}
