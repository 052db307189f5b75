/** How many pods a Deployment may have too many and too few. Behaves like upstream pkg/controller/deployment/util ResolveFenceposts. */
import { getScaledValueFromIntOrPercent } from '../../apimachinery/intstr.ts';
import { isRollingUpdate, replicasOf, type Deployment } from './types.ts';

function fenceposts(d: Deployment): { surge: number; unavailable: number } {
  const { maxSurge = 0, maxUnavailable = 0 } = d.spec.strategy.rollingUpdate ?? {};
  const surge = getScaledValueFromIntOrPercent(maxSurge, replicasOf(d), true);
  const unavailable = getScaledValueFromIntOrPercent(maxUnavailable, replicasOf(d), false);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export function maxSurge(d: Deployment): number {
  return isRollingUpdate(d) ? fenceposts(d).surge : 0;
}

export function maxUnavailable(d: Deployment): number {
  if (!isRollingUpdate(d) || replicasOf(d) === 0) return 0;
  return Math.min(fenceposts(d).unavailable, replicasOf(d));
}
