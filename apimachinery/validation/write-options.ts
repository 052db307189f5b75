/** The options of requests that write. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import { forbidden, invalid, notSupported, Path, required, tooLong, type ErrorList, type FieldError } from './field.ts';
import { byteLength } from './messages.ts';

export const FIELD_MANAGER_MAX_LENGTH = 128;

const PRINTABLE = /^[\x20-\x7e]*$/;
const GO_PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** '' is not set: it is derived from the user agent later. */
export function validateFieldManager(manager: string, path: Path, errors: FieldError[] = []): FieldError[] {
  if (manager.length <= FIELD_MANAGER_MAX_LENGTH && PRINTABLE.test(manager)) return errors;
  if (byteLength(manager) > FIELD_MANAGER_MAX_LENGTH) errors.push(tooLong(path, FIELD_MANAGER_MAX_LENGTH));
  let position = 0;
  for (const char of manager) {
    if (!GO_PRINTABLE.test(char)) errors.push(invalid(path, manager, `invalid character ${codePointText(char)} (at position ${position})`));
    position += byteLength(char);
  }
  return errors;
}

const codePointText = (char: string): string => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

export function validateDryRun(dryRun: readonly string[] | undefined, path: Path): ErrorList {
  return (dryRun ?? []).every((value) => value === 'All') ? [] : [notSupported(path, dryRun, ['All'])];
}

export function validateFieldValidation(fieldValidation: string, path: Path): ErrorList {
  const allowed = ['', 'Ignore', 'Strict', 'Warn'];
  return allowed.includes(fieldValidation) ? [] : [notSupported(path, fieldValidation, allowed)];
}

export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: readonly string[];
  readonly fieldValidation?: string;
}

/** Of a create or an update. */
export function validateWriteOptions(options: WriteOptions): ErrorList {
  return [
    ...validateFieldManager(options.fieldManager ?? '', Path.of('fieldManager')),
    ...validateDryRun(options.dryRun, Path.of('dryRun')),
    ...validateFieldValidation(options.fieldValidation ?? '', Path.of('fieldValidation')),
  ];
}

export function validatePatchOptions(options: WriteOptions & { readonly force?: boolean }, isApply: boolean): ErrorList {
  const errors: FieldError[] = [];
  if (isApply && !options.fieldManager) errors.push(required(Path.of('fieldManager'), 'is required for apply patch'));
  if (!isApply && options.force !== undefined) errors.push(forbidden(Path.of('force'), 'may not be specified for non-apply patch'));
  return [...errors, ...validateWriteOptions(options)];
}

export interface DeleteOptions {
  readonly dryRun?: readonly string[];
  readonly orphanDependents?: boolean;
  readonly propagationPolicy?: string;
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: object;
  readonly ignoreStoreReadErrorWithClusterBreakingPotential?: boolean;
}

export function validateDeleteOptions(options: DeleteOptions): ErrorList {
  const { propagationPolicy: policy, orphanDependents } = options;
  const path = Path.of('propagationPolicy');
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && policy !== undefined)
    errors.push(invalid(path, policy, 'orphanDependents and deletionPropagation cannot be both set'));
  if (policy !== undefined && !['Foreground', 'Background', 'Orphan'].includes(policy))
    errors.push(notSupported(path, policy, ['Foreground', 'Background', 'Orphan', 'nil']));
  return [...errors, ...validateDryRun(options.dryRun, Path.of('dryRun')), ...unsafeDeleteErrors(options)];
}

function unsafeDeleteErrors(options: DeleteOptions): ErrorList {
  if (options.ignoreStoreReadErrorWithClusterBreakingPotential !== true) return [];
  const beside = [
    ['dryRun', (options.dryRun?.length ?? 0) > 0],
    ['propagationPolicy', options.propagationPolicy !== undefined],
    ['orphanDependents', options.orphanDependents !== undefined],
    ['gracePeriodSeconds', options.gracePeriodSeconds !== undefined],
    ['preconditions', options.preconditions !== undefined],
  ] as const;
  const path = Path.of('ignoreStoreReadErrorWithClusterBreakingPotential');
  return beside.filter(([, isSet]) => isSet).map(([name]) => invalid(path, true, `cannot be set together with .${name}`));
}
