/** Deployments. Behaves like upstream pkg/apis/apps/validation/validation.go (ValidateDeployment). */
import type { Deployment, DeploymentStrategy, RollingUpdateDeployment } from '../../../apimachinery/types/apps.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { atMost, counters, immutable, nonNegative, notDecremented } from '../../core/validation/fields.ts';
import { ownedPods } from './replicaset.ts';
import { amount, atMostAll, intOrPercent, selector } from './shared.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');

function rollingUpdate({ maxUnavailable, maxSurge }: RollingUpdateDeployment, path: Path): FieldError[] {
  const unavailable = path.child('maxUnavailable');
  const standsStill = amount(maxUnavailable) === 0 && amount(maxSurge) === 0;
  return [
    ...intOrPercent(maxUnavailable, unavailable),
    ...intOrPercent(maxSurge, path.child('maxSurge')),
    ...(standsStill ? [invalid(unavailable, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0')] : []),
    ...atMostAll(maxUnavailable, unavailable),
  ];
}

/** How upstream prints its internal type. */
const internal = (s: DeploymentStrategy | undefined): unknown => ({
  Type: s?.type ?? '',
  RollingUpdate: s?.rollingUpdate ? { MaxUnavailable: s.rollingUpdate.maxUnavailable ?? 0, MaxSurge: s.rollingUpdate.maxSurge ?? 0 } : null,
});

function strategy(s: DeploymentStrategy | undefined, path: Path): FieldError[] {
  const rolling = path.child('rollingUpdate');
  if (s?.type === 'Recreate') return s.rollingUpdate ? [forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'")] : [];
  if (s?.type !== 'RollingUpdate') return [notSupported(path, internal(s), ['Recreate', 'RollingUpdate'])];
  return s.rollingUpdate ? rollingUpdate(s.rollingUpdate, rolling) : [required(rolling, 'this should be defaulted and never be nil')];
}

function progress(seconds: number | undefined, minReadySeconds: number, path: Path): FieldError[] {
  if (seconds === undefined) return [];
  return [
    ...nonNegative(seconds, path),
    ...(seconds <= minReadySeconds ? [invalid(path, seconds, 'must be greater than minReadySeconds')] : []),
  ];
}

function check({ spec }: Deployment, old?: Deployment): FieldError[] {
  return [
    ...nonNegative(spec.replicas, SPEC.child('replicas')),
    ...selector(spec.selector, SPEC.child('selector'), 'deployment'),
    ...ownedPods(spec, old?.spec),
    ...strategy(spec.strategy, SPEC.child('strategy')),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...nonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
    ...progress(spec.progressDeadlineSeconds, spec.minReadySeconds ?? 0, SPEC.child('progressDeadlineSeconds')),
  ];
}

export const validateDeployment = (d: Deployment): ErrorList => check(d);

export function validateDeploymentUpdate(d: Deployment, old: Deployment): ErrorList {
  return [...check(d, old), ...immutable(d.spec.selector, old.spec.selector, SPEC.child('selector'))];
}

const COUNTERS = [
  'observedGeneration',
  'replicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'terminatingReplicas',
  'collisionCount',
];

export function validateDeploymentStatusUpdate({ status }: Deployment, old: Deployment): ErrorList {
  const counts = { ...status };
  return [
    ...counters(counts, COUNTERS, STATUS),
    ...atMost(
      counts,
      ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
      'replicas',
      STATUS,
      'cannot be greater than status.replicas',
    ),
    ...atMost(counts, ['availableReplicas'], 'readyReplicas', STATUS),
    ...notDecremented(status.collisionCount, old.status.collisionCount, STATUS.child('collisionCount')),
  ];
}
