/** LimitRanges. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateLimitRange). */
import { own } from '../../../apimachinery/own.ts';
import type { LimitRange, LimitRangeItem } from '../../../apimachinery/types/core.gen.ts';
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity.ts';
import { duplicate, forbidden, invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { each, isQualifiedName } from './format.ts';
import { containerResourceName, isOvercommitAllowed, resourceName } from './resource-names.ts';

const LIMITS = Path.of('spec', 'limits');
const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim'];
const LISTS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

type List = (typeof LISTS)[number];

function limitType(type: string, path: Path): FieldError[] {
  const errors = each(path, type, isQualifiedName(type));
  if (errors.length > 0) return errors;
  return type.includes('/') || TYPES.includes(type) ? [] : [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

const isUsed = (type: string, list: List): boolean => type !== 'Pod' || (list !== 'default' && list !== 'defaultRequest');

function names(item: LimitRangeItem, list: List, path: Path): FieldError[] {
  const keys = Object.keys(item[list] ?? {});
  if (!isUsed(item.type, list)) return keys.length > 0 ? [forbidden(path.child(list), "may not be specified when `type` is 'Pod'")] : [];
  const check = item.type === 'Pod' || item.type === 'Container' ? containerResourceName : resourceName;
  return keys.flatMap((k) => check(k, path.child(list).key(k)));
}

function storageBounds({ type, min, max }: LimitRangeItem, path: Path): FieldError[] {
  const isBounded = min?.['storage'] !== undefined || max?.['storage'] !== undefined;
  return type === 'PersistentVolumeClaim' && !isBounded
    ? [required(path.child('limits'), 'either minimum or maximum storage value is required, but neither was provided')]
    : [];
}

/** One resource's quantities, under the names that messages use. */
type Values = Readonly<Partial<Record<List, Quantity>>>;

interface Order {
  readonly lower: List;
  readonly upper: List;
  readonly at: List;
  readonly shown: List;
  readonly names: readonly [string, string];
}

const ORDERS: readonly Order[] = [
  { lower: 'min', upper: 'max', at: 'min', shown: 'min', names: ['min', 'max'] },
  { lower: 'min', upper: 'defaultRequest', at: 'defaultRequest', shown: 'defaultRequest', names: ['min', 'default request'] },
  { lower: 'defaultRequest', upper: 'max', at: 'defaultRequest', shown: 'defaultRequest', names: ['default request', 'max'] },
  { lower: 'defaultRequest', upper: 'default', at: 'defaultRequest', shown: 'defaultRequest', names: ['default request', 'default limit'] },
  { lower: 'min', upper: 'default', at: 'default', shown: 'min', names: ['min', 'default'] },
  { lower: 'default', upper: 'max', at: 'default', shown: 'max', names: ['default', 'max'] },
];

function order(v: Values, key: string, { lower, upper, at, shown, names: [low, high] }: Order, path: Path): FieldError[] {
  const [a, b] = [v[lower], v[upper]];
  if (!a || !b || a.cmp(b) <= 0) return [];
  return [
    invalid(path.child(at).key(key), v[shown]?.toString(), `${low} value ${a.toString()} is greater than ${high} value ${b.toString()}`),
  ];
}

const ONE = parseQuantity('1');
const MOST_IN_THOUSANDTHS = (2n ** 63n - 1n) / 1000n;

function ratio({ min, max, maxLimitRequestRatio: r }: Values, key: string, path: Path): FieldError[] {
  if (!r) return [];
  const at = path.child('maxLimitRequestRatio').key(key);
  const errors = r.cmp(ONE) < 0 ? [invalid(at, r.toString(), `ratio ${r.toString()} is less than 1`)] : [];
  if (!min || !max) return errors;
  const isFine = [r, min, max].every((q) => q.scaledValue(0) < MOST_IN_THOUSANDTHS);
  const scale = isFine ? -3 : 0;
  const value = isFine ? Number(r.scaledValue(-3)) / 1000 : Number(r.scaledValue(0));
  const limit = Number(max.scaledValue(scale)) / Number(min.scaledValue(scale));
  return value > limit
    ? [...errors, invalid(at, r.toString(), `ratio ${r.toString()} is greater than max/min = ${limit.toFixed(6)}`)]
    : errors;
}

function overcommit({ default: limit, defaultRequest: request }: Values, key: string, path: Path): FieldError[] {
  if (isOvercommitAllowed(key) || !limit || !request || limit.cmp(request) === 0) return [];
  return [
    invalid(
      path.child('defaultRequest').key(key),
      request.toString(),
      `default value ${limit.toString()} must equal to defaultRequest value ${request.toString()} in ${key}`,
    ),
  ];
}

function values(item: LimitRangeItem, path: Path): FieldError[] {
  const lists = LISTS.filter((l) => isUsed(item.type, l));
  const keys = [...new Set(lists.flatMap((l) => Object.keys(item[l] ?? {})))];
  return keys.flatMap((key) => {
    const given = lists.flatMap((l) => {
      const text = own(item[l], key);
      return text === undefined ? [] : [[l, parseQuantity(text)] as const];
    });
    const v: Values = Object.fromEntries(given);
    return [...ORDERS.flatMap((o) => order(v, key, o, path)), ...ratio(v, key, path), ...overcommit(v, key, path)];
  });
}

function limit(item: LimitRangeItem, isRepeated: boolean, path: Path): FieldError[] {
  const [ratios, ...others] = [...LISTS].reverse();
  return [
    ...limitType(item.type, path.child('type')),
    ...(isRepeated ? [duplicate(path.child('type'), item.type)] : []),
    ...others.reverse().flatMap((l) => names(item, l, path)),
    ...storageBounds(item, path),
    ...(ratios ? names(item, ratios, path) : []),
    ...values(item, path),
  ];
}

export function validateLimitRange({ spec }: LimitRange): ErrorList {
  const items = spec.limits ?? [];
  const types = items.map((i) => i.type);
  return items.flatMap((item, i) => limit(item, types.indexOf(item.type) < i, LIMITS.index(i)));
}
