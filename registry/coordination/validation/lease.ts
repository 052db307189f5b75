/** Leases. Behaves like upstream pkg/apis/coordination/validation/validation.go. */
import type { Lease } from '../../../apimachinery/types/coordination.gen.ts';
import { forbidden, invalid, notSupported, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { qualifiedName } from '../../core/validation/fields.ts';

const SPEC = Path.of('spec');
const STRATEGIES = ['OldestEmulationVersion'];

function strategy(value: string | undefined): FieldError[] {
  const path = SPEC.child('strategy', 'strategy');
  if (value === undefined) return [];
  if (value.includes('/')) return qualifiedName(value, path);
  return STRATEGIES.includes(value) ? [] : [notSupported(path, value, STRATEGIES)];
}

export function validateLease({ spec }: Lease): ErrorList {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec;
  return [
    ...(seconds !== undefined && seconds <= 0 ? [invalid(SPEC.child('leaseDurationSeconds'), seconds, 'must be greater than 0')] : []),
    ...(transitions !== undefined && transitions < 0
      ? [invalid(SPEC.child('leaseTransitions'), transitions, 'must be greater than or equal to 0')]
      : []),
    ...strategy(spec.strategy),
    ...(spec.preferredHolder && !spec.strategy
      ? [forbidden(SPEC.child('preferredHolder'), 'may only be specified if `strategy` is defined')]
      : []),
  ];
}

export const validateLeaseUpdate = (lease: Lease, _old: Lease): ErrorList => validateLease(lease);
