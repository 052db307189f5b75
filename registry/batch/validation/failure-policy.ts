/** When a job counts a pod as failed, and when the job has succeeded. Behaves like upstream pkg/apis/batch/validation/validation.go (validatePodFailurePolicy, validateSuccessPolicy). */
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicyRule,
} from '../../../apimachinery/types/batch.gen.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import { nonNegative, qualifiedName, unshown } from '../../core/validation/fields.ts';
import { byteLength } from '../../core/validation/format.ts';
import { countIndexes } from './indexes.ts';

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const OPERATORS = ['In', 'NotIn'];
const STATUSES = ['False', 'True', 'Unknown'];

const limited = (n: number, max: number, path: Path): FieldError[] => (n > max ? [tooMany(path, n, max)] : []);

function choice(value: string | undefined, supported: readonly string[], path: Path): FieldError[] {
  if (!value) return [required(path, `valid values: [${supported.map(goQuote).join(' ')}]`)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

function exitCodes(codes: PodFailurePolicyOnExitCodesRequirement, names: ReadonlySet<string>, path: Path): FieldError[] {
  const { containerName, operator } = codes;
  const values = codes.values ?? [];
  const at = path.child('values');
  const isOrdered = values.every((v, i) => i === 0 || (values[i - 1] ?? v) <= v);
  return [
    ...choice(operator, OPERATORS, path.child('operator')),
    ...(containerName !== undefined && !names.has(containerName)
      ? [invalid(path.child('containerName'), containerName, 'must be one of the container or initContainer names in the pod template')]
      : []),
    ...(values.length === 0 ? [invalid(at, codes.values ?? null, 'at least one value is required')] : limited(values.length, 255, at)),
    ...values.flatMap((v, i) => [
      ...(operator === 'In' && v === 0 ? [invalid(at.index(i), v, 'must not be 0 for the In operator')] : []),
      ...(values.indexOf(v) < i ? [duplicate(at.index(i), v)] : []),
    ]),
    ...(isOrdered ? [] : [invalid(at, values, 'must be ordered')]),
  ];
}

function podConditions(patterns: readonly PodFailurePolicyOnPodConditionsPattern[], path: Path): FieldError[] {
  return [
    ...limited(patterns.length, 20, path),
    ...patterns.flatMap((p, i) => [
      ...qualifiedName(p.type ?? '', path.index(i).child('type')),
      ...choice(p.status, STATUSES, path.index(i).child('status')),
    ]),
  ];
}

function failureRule(rule: PodFailurePolicyRule, spec: JobSpec, names: ReadonlySet<string>, path: Path): FieldError[] {
  const conditions = rule.onPodConditions ?? [];
  const lacksLimit = rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined;
  return [
    ...(lacksLimit
      ? [invalid(path.child('action'), rule.action, 'requires the backoffLimitPerIndex to be set')]
      : choice(rule.action, ACTIONS, path.child('action'))),
    ...(rule.onExitCodes ? exitCodes(rule.onExitCodes, names, path.child('onExitCodes')) : []),
    ...podConditions(conditions, path.child('onPodConditions')),
    ...(rule.onExitCodes && conditions.length > 0
      ? [unshown(path, 'specifying both OnExitCodes and OnPodConditions is not supported')]
      : []),
    ...(!rule.onExitCodes && conditions.length === 0
      ? [unshown(path, 'specifying one of OnExitCodes and OnPodConditions is required')]
      : []),
  ];
}

export function failurePolicy(spec: JobSpec, path: Path): FieldError[] {
  if (!spec.podFailurePolicy) return [];
  const { containers = [], initContainers = [] } = spec.template.spec;
  const names = new Set([...(containers ?? []), ...(initContainers ?? [])].map((c) => c.name));
  const rules = spec.podFailurePolicy.rules ?? [];
  const at = path.child('rules');
  return [...limited(rules.length, 20, at), ...rules.flatMap((r, i) => failureRule(r, spec, names, at.index(i)))];
}

function succeededCount(
  { succeededCount: n, succeededIndexes }: SuccessPolicyRule,
  completions: number,
  indexes: number,
  path: Path,
): FieldError[] {
  if (n === undefined) return [];
  return [
    ...nonNegative(n, path),
    ...(n > completions ? [invalid(path, n, `must be less than or equal to ${completions} (the number of specified completions)`)] : []),
    ...(succeededIndexes !== undefined && n > indexes
      ? [invalid(path, n, `must be less than or equal to ${indexes} (the number of indexes in the specified succeededIndexes field)`)]
      : []),
  ];
}

function successRule(rule: SuccessPolicyRule, completions: number, path: Path): FieldError[] {
  const text = rule.succeededIndexes;
  const at = path.child('succeededIndexes');
  const indexes = countIndexes(text ?? '', completions);
  return [
    ...(rule.succeededCount === undefined && text === undefined
      ? [required(path, 'at least one of succeededCount or succeededIndexes must be specified')]
      : []),
    ...(byteLength(text ?? '') > 64 * 1024 ? [tooLong(at, 64 * 1024)] : []),
    ...(typeof indexes === 'string' ? [invalid(at, text, `error parsing succeededIndexes: ${indexes}`)] : []),
    ...succeededCount(rule, completions, typeof indexes === 'string' ? 0 : indexes, path.child('succeededCount')),
  ];
}

/** For indexed jobs. */
export function successPolicy(spec: JobSpec, path: Path): FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const at = path.child('rules');
  return [
    ...(rules.length === 0 ? [required(at, 'at least one rules must be specified when the successPolicy is specified')] : []),
    ...limited(rules.length, 20, at),
    ...rules.flatMap((r, i) => successRule(r, spec.completions ?? 0, at.index(i))),
  ];
}
