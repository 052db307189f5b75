/** PodDisruptionBudgets. Behaves like upstream pkg/apis/policy/validation/validation.go. */
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from '../../../apimachinery/types/policy.gen.ts';
import { invalid, notSupported, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { atMostAll, intOrPercent } from '../../apps/validation/shared.ts';
import { conditions, counters, labelSelector } from '../../core/validation/fields.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');
const POLICIES = ['AlwaysAllow', 'IfHealthyBudget'];

/** How upstream prints its internal type. */
const internal = (s: PodDisruptionBudgetSpec): unknown => ({
  MinAvailable: s.minAvailable ?? null,
  Selector: s.selector ?? null,
  MaxUnavailable: s.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: s.unhealthyPodEvictionPolicy ?? null,
});

function check({ spec }: PodDisruptionBudget, allowInvalidLabelValue: boolean): FieldError[] {
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy: policy } = spec;
  const amounts = { minAvailable, maxUnavailable };
  return [
    ...(minAvailable !== undefined && maxUnavailable !== undefined
      ? [invalid(SPEC, internal(spec), 'minAvailable and maxUnavailable cannot be both set')]
      : []),
    ...Object.entries(amounts).flatMap(([field, value]) =>
      value === undefined ? [] : [...intOrPercent(value, SPEC.child(field)), ...atMostAll(value, SPEC.child(field))],
    ),
    ...labelSelector(spec.selector, SPEC.child('selector'), { allowInvalidLabelValue }),
    ...(policy === undefined || POLICIES.includes(policy)
      ? []
      : [notSupported(SPEC.child('unhealthyPodEvictionPolicy'), policy, POLICIES)]),
  ];
}

export const validatePodDisruptionBudget = (pdb: PodDisruptionBudget): ErrorList => check(pdb, false);

export const validatePodDisruptionBudgetUpdate = (pdb: PodDisruptionBudget, old: PodDisruptionBudget): ErrorList =>
  check(pdb, labelSelector(old.spec.selector, SPEC).length > 0);

export function validatePodDisruptionBudgetStatusUpdate({ status }: PodDisruptionBudget): ErrorList {
  return [
    ...conditions(status.conditions, STATUS.child('conditions')),
    ...counters({ ...status }, ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'], STATUS),
  ];
}
