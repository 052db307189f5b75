/** The status of a Deployment. Behaves like upstream pkg/controller/deployment progress.go and sync.go calculateStatus. */
import { rfc3339 } from '../../component-base/clock.ts';
import { maxUnavailable } from './bounds.ts';
import { allOf, hasProgressDeadline, replicasOf, sumOf, type Deployment, type DeploymentCondition, type DeploymentStatus, type ReplicaSet, type Sets } from './types.ts';

export const TIMED_OUT = 'ProgressDeadlineExceeded';
const AVAILABLE = 'NewReplicaSetAvailable';

type Conditions = readonly DeploymentCondition[];

export function conditionOf(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((c) => c.type === type);
}

export function newCondition(type: string, status: string, reason: string, message: string, now: number): DeploymentCondition {
  return { type, status, lastUpdateTime: rfc3339(now), lastTransitionTime: rfc3339(now), reason, message };
}

/** Nothing changes when status and reason stand already. */
export function withCondition(conditions: Conditions, condition: DeploymentCondition): Conditions {
  const current = conditions.find((c) => c.type === condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return conditions;
  const kept = current?.status === condition.status ? { ...condition, lastTransitionTime: current.lastTransitionTime } : condition;
  return [...withoutCondition(conditions, condition.type), kept];
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.some((c) => c.type === type) ? conditions.filter((c) => c.type !== type) : conditions;
}

function terminating(sets: readonly ReplicaSet[]): number | undefined {
  const known = sets.filter((set) => !((set.status?.observedGeneration ?? 0) === 0 && set.status?.terminatingReplicas === undefined));
  return known.some((set) => set.status.terminatingReplicas === undefined) ? undefined : sumOf(known, (set) => set.status.terminatingReplicas);
}

export function calculateStatus(d: Deployment, sets: Sets, now: number): DeploymentStatus {
  const all = allOf(sets);
  const available = sumOf(all, (set) => set.status?.availableReplicas);
  const hasMinimum = available >= replicasOf(d) - maxUnavailable(d);
  const condition = hasMinimum
    ? newCondition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
    : newCondition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', now);
  const terminatingReplicas = terminating(all);
  return {
    ...(d.metadata.generation !== undefined && { observedGeneration: d.metadata.generation }),
    replicas: sumOf(all, (set) => set.status?.replicas),
    updatedReplicas: sets.current?.status?.replicas ?? 0,
    readyReplicas: sumOf(all, (set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumOf(all, replicasOf) - available),
    ...(terminatingReplicas !== undefined && { terminatingReplicas }),
    ...(d.status?.collisionCount !== undefined && { collisionCount: d.status.collisionCount }),
    conditions: withCondition(d.status?.conditions ?? [], condition),
  };
}

export function isComplete(d: Deployment, status: DeploymentStatus | undefined): boolean {
  const size = replicasOf(d);
  return (status?.updatedReplicas ?? 0) === size && (status?.replicas ?? 0) === size && (status?.availableReplicas ?? 0) === size && (status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 0);
}

function hasProgressed(before: DeploymentStatus | undefined, now: DeploymentStatus): boolean {
  const count = (status: DeploymentStatus | undefined, field: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): number => status?.[field] ?? 0;
  const old = (status: DeploymentStatus | undefined): number => count(status, 'replicas') - count(status, 'updatedReplicas');
  return count(now, 'updatedReplicas') > count(before, 'updatedReplicas') || old(now) < old(before) || count(now, 'readyReplicas') > count(before, 'readyReplicas') || count(now, 'availableReplicas') > count(before, 'availableReplicas');
}

function hasTimedOut(d: Deployment, status: DeploymentStatus, now: number): boolean {
  const progressing = conditionOf(status, 'Progressing');
  if (!progressing || progressing.reason === AVAILABLE) return false;
  if (progressing.reason === TIMED_OUT) return true;
  return Date.parse(progressing.lastUpdateTime ?? '') + (d.spec.progressDeadlineSeconds ?? 0) * 1000 < now;
}

function progressing(d: Deployment, sets: Sets, status: DeploymentStatus, now: number): Conditions {
  const conditions = status.conditions ?? [];
  if (!hasProgressDeadline(d)) return withoutCondition(conditions, 'Progressing');
  const current = conditionOf(d.status, 'Progressing');
  if (status.replicas === status.updatedReplicas && current?.reason === AVAILABLE) return conditions;
  const subject = sets.current ? `ReplicaSet "${sets.current.metadata.name}"` : `Deployment "${d.metadata.name}"`;
  if (isComplete(d, status)) return withCondition(conditions, newCondition('Progressing', 'True', AVAILABLE, `${subject} has successfully progressed.`, now));
  if (hasProgressed(d.status, status)) {
    const fresh = newCondition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`, now);
    return [...withoutCondition(conditions, 'Progressing'), current?.status === 'True' ? { ...fresh, lastTransitionTime: current.lastTransitionTime } : fresh];
  }
  if (hasTimedOut(d, status, now)) return withCondition(conditions, newCondition('Progressing', 'False', TIMED_OUT, `${subject} has timed out progressing.`, now));
  return conditions;
}

/** Why pods of a set could not be created: the current set's reason first. */
function replicaFailure(sets: Sets): DeploymentCondition | undefined {
  const failures = (set: ReplicaSet) => set.status?.conditions?.filter((c) => c.type === 'ReplicaFailure') ?? [];
  const failure = (sets.current && failures(sets.current)[0]) ?? allOf(sets).flatMap(failures)[0];
  return failure && { ...failure, lastUpdateTime: failure.lastTransitionTime };
}

/** The status after a step of a rollout. */
export function rolloutStatus(d: Deployment, sets: Sets, now: number): DeploymentStatus {
  const status = calculateStatus(d, sets, now);
  const conditions = progressing(d, sets, status, now);
  const failure = replicaFailure(sets);
  return { ...status, conditions: failure ? withCondition(conditions, failure) : withoutCondition(conditions, 'ReplicaFailure') };
}

/** Milliseconds until the progress deadline must be looked at; undefined: never. */
export function deadlineCheck(d: Deployment, status: DeploymentStatus, now: number): number | undefined {
  const current = conditionOf(d.status, 'Progressing');
  if (!hasProgressDeadline(d) || !current || isComplete(d, status) || current.reason === TIMED_OUT) return undefined;
  const after = Date.parse(current.lastUpdateTime ?? '') + (d.spec.progressDeadlineSeconds ?? 0) * 1000 - now;
  return Math.max(0, after) + 1000;
}
