/** Which ReplicaSet gets which size next: pure decisions. Behaves like upstream pkg/controller/deployment rolling.go, recreate.go and sync.go. */
import { getScaledValueFromIntOrPercent } from '../../apimachinery/intstr.ts';
import { desiredReplicas, maxReplicas } from './annotations.ts';
import { maxSurge, maxUnavailable } from './bounds.ts';
import { byAge, bySizeNewer, bySizeOlder } from './sets.ts';
import { activeSets, allOf, isRollingUpdate, replicasOf, sumOf, type Deployment, type ReplicaSet, type Scale, type Sets } from './types.ts';

/** The size that the current set may have now. `total`: replicas of all sets, `own`: of the current one. */
export function currentSize(d: Deployment, total: number, own: number): number {
  if (!isRollingUpdate(d)) return replicasOf(d);
  const most = replicasOf(d) + getScaledValueFromIntOrPercent(d.spec.strategy.rollingUpdate?.maxSurge, replicasOf(d), true);
  return total >= most ? own : own + Math.min(most - total, replicasOf(d) - own);
}

/** The user changed spec.replicas since the sets were last scaled. */
export function isScalingEvent(d: Deployment, sets: Sets): boolean {
  return activeSets(allOf(sets)).some((set) => {
    const desired = desiredReplicas(set);
    return desired !== undefined && desired !== replicasOf(d);
  });
}

/** A rolling update's next step: up first; undefined when the current set has its size. */
export function scaleCurrent(d: Deployment, { current, old }: Sets): Scale | undefined {
  if (!current || replicasOf(current) === replicasOf(d)) return undefined;
  if (replicasOf(current) > replicasOf(d)) return { set: current, replicas: replicasOf(d) };
  const replicas = currentSize(d, sumOf([...old, current], replicasOf), replicasOf(current));
  return replicas === replicasOf(current) ? undefined : { set: current, replicas };
}

const available = (set: ReplicaSet): number => set.status?.availableReplicas ?? 0;

/** Unhealthy pods of old sets go first: they do not count as available. `most`: how many may go. */
function dropUnhealthy(old: readonly ReplicaSet[], most: number): Map<ReplicaSet, number> {
  const sizes = new Map<ReplicaSet, number>();
  let left = most;
  for (const set of old) {
    const count = Math.min(left, replicasOf(set) - available(set));
    if (count > 0) sizes.set(set, replicasOf(set) - count);
    left -= Math.max(0, count);
  }
  return sizes;
}

/** A rolling update's other step: old sets go down as far as enough pods stay available. Sets may be named twice: first without unhealthy pods, then smaller. */
export function scaleDownOld(d: Deployment, sets: Sets): readonly Scale[] {
  const old = [...activeSets(sets.old)].sort(byAge);
  const { current } = sets;
  if (!current || old.length === 0) return [];
  const minAvailable = replicasOf(d) - maxUnavailable(d);
  const unavailableNew = replicasOf(current) - available(current);
  const most = sumOf(allOf(sets), replicasOf) - minAvailable - unavailableNew;
  if (most <= 0) return [];
  const sizes = dropUnhealthy(old, most);
  const scales: Scale[] = [...sizes].map(([set, replicas]) => ({ set, replicas }));
  let spare = sumOf([...old, current], available) - minAvailable;
  for (const set of old) {
    const size = sizes.get(set) ?? replicasOf(set);
    const count = Math.min(size, spare);
    if (count <= 0) continue;
    scales.push({ set, replicas: size - count });
    spare -= count;
  }
  return scales;
}

/** The only set with pods, or else the newest; undefined when several have pods. */
function activeOrLatest({ current, old }: Sets): ReplicaSet | undefined {
  const active = activeSets(allOf({ current, old }));
  if (active.length > 1) return undefined;
  return active[0] ?? current ?? [...old].sort((a, b) => byAge(b, a))[0];
}

function isSaturated(d: Deployment, set: ReplicaSet | undefined): boolean {
  return set !== undefined && replicasOf(set) === replicasOf(d) && desiredReplicas(set) === replicasOf(d) && available(set) === replicasOf(d);
}

/** How many of `toAdd` (negative: to remove) this set takes, in proportion to its size. */
function proportion(d: Deployment, set: ReplicaSet, toAdd: number, added: number): number {
  if (replicasOf(set) === 0 || toAdd === 0 || toAdd === added) return 0;
  const share = fraction(d, set);
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added);
}

function fraction(d: Deployment, set: ReplicaSet): number {
  if (replicasOf(d) === 0) return -replicasOf(set);
  const before = maxReplicas(set) || (d.status?.replicas ?? 0);
  if (before === 0) return 0;
  return roundHalfAway((replicasOf(set) * (replicasOf(d) + maxSurge(d))) / before) - replicasOf(set);
}

const roundHalfAway = (x: number): number => Math.sign(x) * Math.floor(Math.abs(x) + 0.5);

/** Amid a rollout every set with pods keeps its share; what rounding leaves goes to the first. */
function scaleInProportion(d: Deployment, sets: Sets): readonly Scale[] {
  const active = [...activeSets(allOf(sets))];
  const allowed = replicasOf(d) > 0 ? replicasOf(d) + maxSurge(d) : 0;
  const toAdd = allowed - sumOf(active, replicasOf);
  if (toAdd !== 0) active.sort(toAdd > 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const scales = active.map((set) => {
    const share = proportion(d, set, toAdd, added);
    added += share;
    return { set, replicas: replicasOf(set) + share };
  });
  return scales.map((scale, i) => (i === 0 && toAdd !== 0 ? { ...scale, replicas: Math.max(0, scale.replicas + toAdd - added) } : scale));
}

/** After spec.replicas changed, or while paused. A size that stands already is named where only annotations must follow. */
export function scaleToSize(d: Deployment, sets: Sets): readonly Scale[] {
  const only = activeOrLatest(sets);
  if (only) return replicasOf(only) === replicasOf(d) ? [] : [{ set: only, replicas: replicasOf(d) }];
  if (isSaturated(d, sets.current)) return activeSets(sets.old).map((set) => ({ set, replicas: 0 }));
  return isRollingUpdate(d) ? scaleInProportion(d, sets) : [];
}
