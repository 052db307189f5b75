/** Rules that stand in many types: labels, selectors, annotations, numbers, names. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation and pkg/api/validation. */
import type { Condition, LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
  type Path,
} from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { byteLength, each, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue, regexError } from './format.ts';
import { parseCIDR, parseIP } from './ip.ts';

export const IMMUTABLE = 'field is immutable';
export const NOT_NEGATIVE = 'must be greater than or equal to 0';

export const dnsLabel = (value: string, path: Path): FieldError[] => each(path, value, isDNS1123Label(value));
export const dnsSubdomain = (value: string, path: Path): FieldError[] => each(path, value, isDNS1123Subdomain(value));
export const qualifiedName = (value: string, path: Path): FieldError[] => each(path, value, isQualifiedName(value));

/** One of the supported values; '' is told as missing. */
export function oneOf(value: string | undefined, supported: readonly string[], path: Path): FieldError[] {
  if (!value) return [required(path)];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

export const requiredText = (value: string | undefined | null, path: Path, detail = ''): FieldError[] =>
  value ? [] : [required(path, detail)];

export function nonNegative(value: number | undefined | null, path: Path): FieldError[] {
  return (value ?? 0) < 0 ? [invalid(path, value, NOT_NEGATIVE)] : [];
}

export function positive(value: number | undefined | null, path: Path): FieldError[] {
  return (value ?? 0) <= 0 ? [invalid(path, value ?? 0, 'must be greater than zero')] : [];
}

export function immutable(value: unknown, old: unknown, path: Path): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalid(path, value, IMMUTABLE)];
}

export function labels(map: Readonly<Record<string, string>> | undefined, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in map) errors.push(...qualifiedName(key, path), ...each(path, map[key], isValidLabelValue(map[key] as string)));
  return errors;
}

const ANNOTATIONS_LIMIT = 256 * 1024;

export function annotations(map: Readonly<Record<string, string>> | undefined, path: Path): FieldError[] {
  const errors = Object.keys(map ?? {}).flatMap((key) => each(path, key, isQualifiedName(key.toLowerCase())));
  const size = Object.entries(map ?? {}).reduce((sum, [k, v]) => sum + byteLength(k) + byteLength(v), 0);
  return size > ANNOTATIONS_LIMIT ? [...errors, tooLong(path, ANNOTATIONS_LIMIT)] : errors;
}

export interface SelectorOptions {
  readonly allowInvalidLabelValue?: boolean;
  readonly allowUnknownOperator?: boolean;
}

type Requirement = { readonly key: string; readonly operator: string; readonly values?: readonly string[] };

export function selectorRequirement(r: Requirement, path: Path, options: SelectorOptions = {}): FieldError[] {
  const values = r.values ?? [];
  const errors: FieldError[] = [];
  if (r.operator === 'In' || r.operator === 'NotIn') {
    if (values.length === 0) errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (r.operator === 'Exists' || r.operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (!options.allowUnknownOperator) errors.push(invalid(path.child('operator'), r.operator, 'not a valid selector operator'));
  errors.push(...qualifiedName(r.key, path.child('key')));
  if (options.allowInvalidLabelValue) return errors;
  return [...errors, ...values.flatMap((v, i) => each(path.child('values').index(i), v, isValidLabelValue(v)))];
}

/** An absent selector is right. */
export function labelSelector(
  selector: DeepReadonly<LabelSelector> | null | undefined,
  path: Path,
  options: SelectorOptions = {},
): FieldError[] {
  if (!selector) return [];
  const expressions = path.child('matchExpressions');
  return [
    ...labels(selector.matchLabels, path.child('matchLabels')),
    ...(selector.matchExpressions ?? []).flatMap((e, i) => selectorRequirement(e, expressions.index(i), options)),
  ];
}

export function hasInvalidLabelValue(selector: DeepReadonly<LabelSelector> | null | undefined): boolean {
  return (selector?.matchExpressions ?? []).some((e) => (e.values ?? []).some((v) => isValidLabelValue(v).length > 0));
}

export const isEmptySelector = (s: DeepReadonly<LabelSelector> | null | undefined): boolean =>
  Object.keys(s?.matchLabels ?? {}).length + (s?.matchExpressions ?? []).length === 0;

/** StrictIPCIDRValidation is off: what Go's older parser took is taken. */
export function legacyIP(value: string, path: Path): FieldError[] {
  return parseIP(value) ? [] : [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
}

export function legacyCIDR(value: string, path: Path): FieldError[] {
  return parseCIDR(value) ? [] : [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
}

const REASON = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const REASON_MESSAGE =
  "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'";

function conditionReason(reason: string | undefined, path: Path): FieldError[] {
  if (!reason) return [required(path)];
  const isRight = /^[A-Za-z](?:[A-Za-z0-9_,:]*[A-Za-z0-9_])?$/.test(reason);
  const shape = isRight
    ? []
    : [invalid(path, reason, regexError(REASON_MESSAGE, REASON, 'my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'))];
  return byteLength(reason) > 1024 ? [...shape, tooLong(path, 1024)] : shape;
}

function condition(c: DeepReadonly<Condition>, path: Path): FieldError[] {
  return [
    ...qualifiedName(c.type ?? '', path.child('type')),
    ...(['True', 'False', 'Unknown'].includes(c.status)
      ? []
      : [notSupported(path.child('status'), c.status ?? '', ['False', 'True', 'Unknown'])]),
    ...((c.observedGeneration ?? 0) < 0
      ? [invalid(path.child('observedGeneration'), c.observedGeneration, 'must be greater than or equal to zero')]
      : []),
    ...(c.lastTransitionTime ? [] : [required(path.child('lastTransitionTime'))]),
    ...conditionReason(c.reason, path.child('reason')),
    ...(byteLength(c.message ?? '') > 32 * 1024 ? [tooLong(path.child('message'), 32 * 1024)] : []),
  ];
}

/** metav1.Condition lists. */
export function conditions(list: readonly DeepReadonly<Condition>[] | undefined, path: Path): FieldError[] {
  const seen = new Set<string>();
  return (list ?? []).flatMap((c, i) => {
    const repeated = seen.has(c.type) ? [duplicate(path.index(i).child('type'), c.type)] : [];
    seen.add(c.type);
    return [...repeated, ...condition(c, path.index(i))];
  });
}

/** An invalid value that is not shown. */
export const unshown = (path: Path, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field: path.toString(),
  message: `Invalid value: ${detail}`,
});

/** A counter of a status may not fall, nor be taken away. */
export function notDecremented(value: number | undefined, old: number | undefined, path: Path): FieldError[] {
  const hasFallen = old !== undefined && (value === undefined || value < old);
  return hasFallen ? [invalid(path, value ?? 0, 'cannot be decremented')] : [];
}

type Counts = Readonly<Record<string, unknown>>;

const countOf = (status: Counts, name: string): number => Number(status[name] ?? 0);

/** Counters, in the order of their mention. */
export const counters = (status: Counts, names: readonly string[], path: Path): FieldError[] =>
  names.flatMap((n) => nonNegative(countOf(status, n), path.child(n)));

/** Each count is part of the whole. */
export function atMost(
  status: Counts,
  names: readonly string[],
  whole: string,
  path: Path,
  detail = `cannot be greater than ${whole}`,
): FieldError[] {
  return names.filter((n) => countOf(status, n) > countOf(status, whole)).map((n) => invalid(path.child(n), countOf(status, n), detail));
}
