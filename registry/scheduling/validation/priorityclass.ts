/** PriorityClasses. Behaves like upstream pkg/apis/scheduling/validation/validation.go. */
import { own } from '../../../apimachinery/own.ts';
import type { PriorityClass } from '../../../apimachinery/types/scheduling.gen.ts';
import { forbidden, Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { immutable } from '../../core/validation/fields.ts';
import { preemptionPolicy } from '../../core/validation/pod-spec.ts';

const SYSTEM_PREFIX = 'system-';
const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 };
const PREEMPTION = Path.of('preemptionPolicy');

export const isSystemClass = (name: string): boolean => Object.hasOwn(SYSTEM, name);

/** Undefined: it is the class that the system makes itself. */
function systemProblem({ metadata: { name }, value, globalDefault }: PriorityClass): string | undefined {
  const expected = own(SYSTEM, name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (expected !== value) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}

export function validatePriorityClass(pc: PriorityClass): ErrorList {
  const isSystem = (pc.metadata.name ?? '').startsWith(SYSTEM_PREFIX);
  const problem = isSystem ? systemProblem(pc) : undefined;
  const isTooHigh = !isSystem && pc.value > HIGHEST_USER_PRIORITY;
  return [
    ...(problem
      ? [
          forbidden(
            Path.of('metadata', 'name'),
            `priority class names with '${SYSTEM_PREFIX}' prefix are reserved for system use only. error: ${problem}`,
          ),
        ]
      : []),
    ...(isTooHigh ? [forbidden(Path.of('value'), `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`)] : []),
    ...preemptionPolicy(pc.preemptionPolicy, PREEMPTION),
  ];
}

export function validatePriorityClassUpdate(pc: PriorityClass, old: PriorityClass): ErrorList {
  return [
    ...(pc.value === old.value ? [] : [forbidden(Path.of('value'), 'may not be changed in an update.')]),
    ...immutable(pc.preemptionPolicy, old.preemptionPolicy, PREEMPTION),
  ];
}
