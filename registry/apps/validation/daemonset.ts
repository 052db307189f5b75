/** DaemonSets. Behaves like upstream pkg/apis/apps/validation/validation.go (ValidateDaemonSet). */
import type { DaemonSet, DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from '../../../apimachinery/types/apps.gen.ts';
import { invalid, notSupported, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { counters, immutable, isEmptySelector, labelSelector, nonNegative, notDecremented } from '../../core/validation/fields.ts';
import { templateOptions } from '../../core/validation/pod-options.ts';
import { runsForEver, selectedByOwner, validateTemplate } from '../../core/validation/pod-template.ts';
import { amount, atMostAll, intOrPercent, isUsable } from './shared.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');

function rollingUpdate({ maxUnavailable, maxSurge }: RollingUpdateDaemonSet, path: Path): FieldError[] {
  const [unavailable, surge] = [path.child('maxUnavailable'), path.child('maxSurge')];
  const errors = [
    ...intOrPercent(maxUnavailable, unavailable),
    ...intOrPercent(maxSurge, surge),
    ...atMostAll(maxUnavailable, unavailable),
    ...atMostAll(maxSurge, surge),
  ];
  const [hasUnavailable, hasSurge] = [amount(maxUnavailable) !== 0, amount(maxSurge) !== 0];
  if (hasUnavailable && hasSurge) errors.push(invalid(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!hasUnavailable && !hasSurge) errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

/** How upstream prints its internal type. */
const internal = (s: DaemonSetUpdateStrategy | undefined): unknown => ({
  Type: s?.type ?? '',
  RollingUpdate: s?.rollingUpdate ? { MaxUnavailable: s.rollingUpdate.maxUnavailable ?? 0, MaxSurge: s.rollingUpdate.maxSurge ?? 0 } : null,
});

function updateStrategy(s: DaemonSetUpdateStrategy | undefined, path: Path): FieldError[] {
  if (s?.type === 'OnDelete') return [];
  if (s?.type !== 'RollingUpdate') return [notSupported(path, internal(s), ['RollingUpdate', 'OnDelete'])];
  return s.rollingUpdate ? rollingUpdate(s.rollingUpdate, path.child('rollingUpdate')) : [required(path.child('rollingUpdate'))];
}

function check({ spec }: DaemonSet, old?: DaemonSet): FieldError[] {
  const [path, at] = [SPEC.child('template'), SPEC.child('selector')];
  const options = templateOptions(old?.spec.template);
  return [
    ...labelSelector(spec.selector, at, { allowInvalidLabelValue: options.allowInvalidLabelValueInSelector }),
    ...(isUsable(spec.selector) ? selectedByOwner(spec.selector, spec.template, path) : []),
    ...(spec.selector && isEmptySelector(spec.selector) ? [invalid(at, spec.selector, 'empty selector is invalid for daemonset')] : []),
    ...validateTemplate(spec.template, path, options),
    ...runsForEver(spec.template, path, 'DaemonSet'),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...updateStrategy(spec.updateStrategy, SPEC.child('updateStrategy')),
    ...nonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
  ];
}

export const validateDaemonSet = (ds: DaemonSet): ErrorList => check(ds);

export function validateDaemonSetUpdate(ds: DaemonSet, old: DaemonSet): ErrorList {
  return [...immutable(ds.spec.selector, old.spec.selector, SPEC.child('selector')), ...check(ds, old)];
}

const COUNTERS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
];

export function validateDaemonSetStatusUpdate({ status }: DaemonSet, old: DaemonSet): ErrorList {
  return [
    ...counters({ ...status }, COUNTERS, STATUS),
    ...notDecremented(status.collisionCount, old.status.collisionCount, STATUS.child('collisionCount')),
  ];
}
