/**
 * Rules that stand in many types: labels, selectors, annotations, numbers, names. A rule takes a value, its path and a list, adds to the list what is wrong, and returns it.
 * Behaves like upstream apimachinery/pkg/apis/meta/v1/validation and pkg/api/validation.
 */
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden, invalid, NOTHING, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { validateLabels } from '../../../apimachinery/validation/label-selector.ts';
import { semanticEqual } from '../equality.ts';
import { each, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from './format.ts';
import { parseCIDR, parseIP } from './ip.ts';

export { validateConditions as conditions } from '../../../apimachinery/validation/conditions.ts';
export { validateLabels as labels } from '../../../apimachinery/validation/label-selector.ts';
export { validateAnnotations as annotations } from '../../../apimachinery/validation/object-meta.ts';

export const IMMUTABLE = 'field is immutable';
export const NOT_NEGATIVE = 'must be greater than or equal to 0';

export const dnsLabel = (value: string, path: Path, errors: FieldError[] = []): FieldError[] => each(path, value, isDNS1123Label(value), errors);
export const dnsSubdomain = (value: string, path: Path, errors: FieldError[] = []): FieldError[] =>
  each(path, value, isDNS1123Subdomain(value), errors);
export const qualifiedName = (value: string, path: Path, errors: FieldError[] = []): FieldError[] => each(path, value, isQualifiedName(value), errors);

/** One of the supported values; '' is told as missing. */
export function oneOf(value: string | undefined, supported: readonly string[], path: Path, errors: FieldError[] = []): FieldError[] {
  if (!value) errors.push(required(path));
  else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
  return errors;
}

export function requiredText(value: string | undefined | null, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!value) errors.push(required(path));
  return errors;
}

export function nonNegative(value: number | undefined | null, path: Path, errors: FieldError[] = []): FieldError[] {
  if ((value ?? 0) < 0) errors.push(invalid(path, value, NOT_NEGATIVE));
  return errors;
}

export function positive(value: number | undefined | null, path: Path, errors: FieldError[] = []): FieldError[] {
  if ((value ?? 0) <= 0) errors.push(invalid(path, value ?? 0, 'must be greater than zero'));
  return errors;
}

export function immutable(value: unknown, old: unknown, path: Path, errors: FieldError[] = []): FieldError[] {
  if (value !== old && !semanticEqual(value, old)) errors.push(invalid(path, value, IMMUTABLE));
  return errors;
}

export interface SelectorOptions {
  readonly allowInvalidLabelValue?: boolean;
  readonly allowUnknownOperator?: boolean;
}

const NO_OPTIONS: SelectorOptions = {};

type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

export function selectorRequirement(r: Requirement, path: Path, options: SelectorOptions = NO_OPTIONS, errors: FieldError[] = []): FieldError[] {
  const values = r.values ?? NOTHING;
  if (r.operator === 'In' || r.operator === 'NotIn') {
    if (values.length === 0) errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (r.operator === 'Exists' || r.operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (!options.allowUnknownOperator) errors.push(invalid(path.child('operator'), r.operator, 'not a valid selector operator'));
  qualifiedName(r.key, path.child('key'), errors);
  if (!options.allowInvalidLabelValue) values.forEach((v, i) => each(path.child('values').index(i), v, isValidLabelValue(v), errors));
  return errors;
}

/** An absent selector is right. */
export function labelSelector(
  selector: DeepReadonly<LabelSelector> | null | undefined,
  path: Path,
  options: SelectorOptions = NO_OPTIONS,
  errors: FieldError[] = [],
): FieldError[] {
  if (!selector) return errors;
  validateLabels(selector.matchLabels, path.child('matchLabels'), errors);
  selector.matchExpressions?.forEach((e, i) => selectorRequirement(e, path.child('matchExpressions').index(i), options, errors));
  return errors;
}

export function hasInvalidLabelValue(selector: DeepReadonly<LabelSelector> | null | undefined): boolean {
  return (selector?.matchExpressions ?? []).some((e) => (e.values ?? []).some((v) => isValidLabelValue(v).length > 0));
}

export const isEmptySelector = (s: DeepReadonly<LabelSelector> | null | undefined): boolean =>
  Object.keys(s?.matchLabels ?? {}).length + (s?.matchExpressions ?? []).length === 0;

/** StrictIPCIDRValidation is off: what Go's older parser took is taken. */
export function legacyIP(value: string, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!parseIP(value)) errors.push(invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'));
  return errors;
}

export function legacyCIDR(value: string, path: Path, errors: FieldError[] = []): FieldError[] {
  if (!parseCIDR(value)) errors.push(invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'));
  return errors;
}

/** An invalid value that is not shown. */
export const unshown = (path: Path, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: path.toString(),
  message: `Invalid value: ${detail}`,
});

/** A counter of a status may not fall, nor be taken away. */
export function notDecremented(value: number | undefined, old: number | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (old !== undefined && (value === undefined || value < old)) errors.push(invalid(path, value ?? 0, 'cannot be decremented'));
  return errors;
}

type Counts = Readonly<Record<string, unknown>>;

const countOf = (status: Counts, name: string): number => Number(status[name] ?? 0);

/** Counters, in the order of their mention. */
export function counters(status: Counts, names: readonly string[], path: Path, errors: FieldError[] = []): FieldError[] {
  for (const n of names) nonNegative(countOf(status, n), path.child(n), errors);
  return errors;
}

/** Each count is part of the whole. */
export function atMost(
  status: Counts,
  names: readonly string[],
  whole: string,
  path: Path,
  detail = `cannot be greater than ${whole}`,
  errors: FieldError[] = [],
): FieldError[] {
  for (const n of names) if (countOf(status, n) > countOf(status, whole)) errors.push(invalid(path.child(n), countOf(status, n), detail));
  return errors;
}
