/** The spec of a job, alone or in a CronJob's template. Behaves like upstream pkg/apis/batch/validation/validation.go (validateJobSpec). */
import type { JobSpec } from '../../../apimachinery/types/batch.gen.ts';
import { invalid, notSupported, required, tooLong, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isDomainPrefixedPath } from '../../../apimachinery/validation/label.ts';
import { nonNegative } from '../../core/validation/fields.ts';
import { byteLength } from '../../core/validation/format.ts';
import type { PodOptions } from '../../core/validation/pod-options.ts';
import { validateTemplate } from '../../core/validation/pod-template.ts';
import { failurePolicy, successPolicy } from './failure-policy.ts';

const MANAGER_LIMIT = 63;
const MANY = 100_000;
const MOST_IF_MANY = 10_000;

function numbers(spec: JobSpec, path: Path): FieldError[] {
  const names = [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const;
  const lacksLimit = spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined;
  return [
    ...names.flatMap((n) => nonNegative(spec[n] === undefined ? undefined : Number(spec[n]), path.child(n))),
    ...(lacksLimit ? [required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified')] : []),
  ];
}

function managedBy(manager: string | undefined, path: Path): FieldError[] {
  if (manager === undefined) return [];
  return [...isDomainPrefixedPath(path, manager), ...(byteLength(manager) > MANAGER_LIMIT ? [tooLong(path, MANAGER_LIMIT)] : [])];
}

function manyIndexes({ completions = 0, parallelism = 0, backoffLimitPerIndex, maxFailedIndexes }: JobSpec, path: Path): FieldError[] {
  if (completions <= MANY || backoffLimitPerIndex === undefined) return [];
  const limit = `must be less than or equal to ${MOST_IF_MANY} when completions are above ${MANY} and used with backoff limit per index`;
  return [
    ...(maxFailedIndexes === undefined
      ? [required(path.child('maxFailedIndexes'), `must be specified when completions is above ${MANY}`)]
      : []),
    ...(parallelism > MOST_IF_MANY ? [invalid(path.child('parallelism'), parallelism, limit)] : []),
    ...((maxFailedIndexes ?? 0) > MOST_IF_MANY ? [invalid(path.child('maxFailedIndexes'), maxFailedIndexes, limit)] : []),
  ];
}

function indexed(spec: JobSpec, path: Path): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes } = spec;
  return [
    ...(completions === undefined ? [required(path.child('completions'), 'when completion mode is Indexed')] : []),
    ...(parallelism > MANY
      ? [invalid(path.child('parallelism'), parallelism, `must be less than or equal to ${MANY} when completion mode is Indexed`)]
      : []),
    ...(completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions
      ? [invalid(path.child('maxFailedIndexes'), maxFailedIndexes, 'must be less than or equal to completions')]
      : []),
    ...(maxFailedIndexes !== undefined && maxFailedIndexes > MANY
      ? [invalid(path.child('maxFailedIndexes'), maxFailedIndexes, `must be less than or equal to ${MANY}`)]
      : []),
    ...manyIndexes(spec, path),
  ];
}

function completionMode(spec: JobSpec, path: Path): FieldError[] {
  const mode = spec.completionMode;
  if (mode === 'Indexed') return indexed(spec, path);
  if (mode !== undefined && mode !== 'NonIndexed') return [notSupported(path.child('completionMode'), mode, ['NonIndexed', 'Indexed'])];
  return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((n) =>
    spec[n] === undefined ? [] : [invalid(path.child(n), spec[n], 'requires indexed completion mode')],
  );
}

/** How upstream prints its internal type. */
const internal = (policy: JobSpec['successPolicy']): unknown => ({
  Rules: policy?.rules
    ? policy.rules.map((r) => ({ SucceededIndexes: r.succeededIndexes ?? null, SucceededCount: r.succeededCount ?? null }))
    : null,
});

function success(spec: JobSpec, path: Path): FieldError[] {
  if (!spec.successPolicy) return [];
  return spec.completionMode === 'Indexed'
    ? successPolicy(spec, path)
    : [invalid(path, internal(spec.successPolicy), 'requires indexed completion mode')];
}

function podReplacement(spec: JobSpec, path: Path): FieldError[] {
  const policy = spec.podReplacementPolicy;
  if (policy === undefined) return [];
  const supported = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return supported.includes(policy) ? [] : [notSupported(path, policy, supported)];
}

function restartPolicy(spec: JobSpec, path: Path): FieldError[] {
  const policy = spec.template.spec.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  return spec.podFailurePolicy && policy !== 'Never'
    ? [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

export function validateJobSpec(spec: JobSpec, path: Path, options: PodOptions): FieldError[] {
  return [
    ...numbers(spec, path),
    ...managedBy(spec.managedBy, path.child('managedBy')),
    ...completionMode(spec, path),
    ...failurePolicy(spec, path.child('podFailurePolicy')),
    ...success(spec, path.child('successPolicy')),
    ...podReplacement(spec, path.child('podReplacementPolicy')),
    ...validateTemplate(spec.template, path.child('template'), options),
    ...restartPolicy(spec, path.child('template', 'spec', 'restartPolicy')),
  ];
}
