/** Operators. Behaves like upstream cel-go/common/stdlib and common/types/overflow.go. */
import { compare, equal, isNumber } from '../compare.ts';
import { KeyedList, SetList, TypedList } from '../typed-lists.ts';
import { Duration, Failure, isFailure, isList, isMapValue, MutableList, NO_OVERLOAD, Opaque, Timestamp, Uint, type Result, type Value } from '../values.ts';
import type { Implementation, Library } from './function.ts';

const INT_OVERFLOW = new Failure('integer overflow');
const UINT_OVERFLOW = new Failure('unsigned integer overflow');
const MIN_TIME = -62_135_596_800n * 1_000_000_000n;
const MAX_TIME = 253_402_300_799n * 1_000_000_000n + 999_999_999n;

export const int = (n: bigint): Result => (BigInt.asIntN(64, n) === n ? n : INT_OVERFLOW);
export const uint = (n: bigint): Result => (n >= 0n && BigInt.asUintN(64, n) === n ? new Uint(n) : UINT_OVERFLOW);
export const duration = (nanos: bigint): Result => (BigInt.asIntN(64, nanos) === nanos ? new Duration(nanos) : new Failure('duration overflow'));
/** Of durations alone: they overflow as whole numbers do. */
const shifted = (nanos: bigint): Result => (BigInt.asIntN(64, nanos) === nanos ? new Duration(nanos) : INT_OVERFLOW);
export const timestamp = (nanos: bigint, offset = 0): Result => (nanos >= MIN_TIME && nanos <= MAX_TIME ? new Timestamp(nanos, offset) : new Failure('timestamp overflow'));

interface Arithmetic {
  readonly whole: (a: bigint, b: bigint) => bigint | Failure;
  readonly fraction?: (a: number, b: number) => number;
}

function arithmetic({ whole, fraction }: Arithmetic): Implementation {
  return ([a, b]) => {
    if (typeof a === 'bigint' && typeof b === 'bigint') return checked(whole(a, b), int);
    if (a instanceof Uint && b instanceof Uint) return checked(whole(a.value, b.value), uint);
    return fraction && typeof a === 'number' && typeof b === 'number' ? fraction(a, b) : undefined;
  };
}

const checked = (n: bigint | Failure, narrow: (n: bigint) => Result): Result => (n instanceof Failure ? n : narrow(n));
const nonZero = (name: string, f: (a: bigint, b: bigint) => bigint) => (a: bigint, b: bigint): bigint | Failure => (b === 0n ? new Failure(`${name} by zero`) : f(a, b));

const sum = arithmetic({ whole: (a, b) => a + b, fraction: (a, b) => a + b });
const difference = arithmetic({ whole: (a, b) => a - b, fraction: (a, b) => a - b });

const add: Implementation = (args) => {
  const [a = null, b = null] = args;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isList(a) && isList(b)) return joined(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Uint8Array.from([...a, ...b]);
  if (a instanceof Duration) return b instanceof Timestamp ? timestamp(a.nanos + b.nanos, b.offset) : b instanceof Duration ? shifted(a.nanos + b.nanos) : undefined;
  if (a instanceof Timestamp && b instanceof Duration) return timestamp(a.nanos + b.nanos, a.offset);
  return sum(args);
};

function joined(a: readonly Value[], b: readonly Value[]): readonly Value[] {
  if (a instanceof SetList || a instanceof KeyedList) return a.plus(b);
  if (a instanceof TypedList) return TypedList.atomic([...a, ...b]);
  if (!(a instanceof MutableList)) return [...a, ...b];
  for (const value of b) a.push(value);
  return a;
}

const subtract: Implementation = (args) => {
  const [a, b] = args;
  if (a instanceof Timestamp) return b instanceof Timestamp ? duration(a.nanos - b.nanos) : b instanceof Duration ? timestamp(a.nanos - b.nanos, a.offset) : undefined;
  if (a instanceof Duration && b instanceof Duration) return shifted(a.nanos - b.nanos);
  return difference(args);
};

const ordered = (test: (order: number) => boolean): Implementation => ([a = null, b = null]) => {
  const order = compare(a, b);
  return isNumberResult(order) ? test(order) : order === NO_OVERLOAD ? undefined : order;
};
const isNumberResult = (order: number | Failure): order is number => typeof order === 'number';

const contains: Implementation = ([value = null, whole = null]) => {
  if (isList(whole)) return whole.some((x) => equal(value, x));
  if (!isMapValue(whole)) return undefined;
  const found = whole.get(value);
  return found !== undefined && isFailure(found) ? found : found !== undefined;
};

/** Upstream does not tell whether these are equal. */
function isIncomparable(a: Value, b: Value): boolean {
  if (a instanceof Opaque) return b instanceof Opaque && a.typeName === b.typeName && b.isIncomparable;
  return b !== null && ((a instanceof TypedList && !isList(b)) || (isMapValue(a) && a.isTyped === true && !isMapValue(b)));
}

export const OPERATORS: Library = {
  '_+_': add,
  '_-_': subtract,
  '_*_': arithmetic({ whole: (a, b) => a * b, fraction: (a, b) => a * b }),
  '_/_': arithmetic({ whole: nonZero('division', (a, b) => a / b), fraction: (a, b) => a / b }),
  '_%_': arithmetic({ whole: nonZero('modulus', (a, b) => a % b) }),
  '-_': ([a]) => (typeof a === 'bigint' ? int(-a) : typeof a === 'number' ? -a : a instanceof Duration ? shifted(-a.nanos) : undefined),
  '!_': ([a]) => (typeof a === 'boolean' ? !a : undefined),
  '_==_': ([a = null, b = null]) => (isIncomparable(a, b) ? NO_OVERLOAD : equal(a, b)),
  '_!=_': ([a = null, b = null]) => isIncomparable(a, b) || !equal(a, b),
  '_<_': ordered((order) => order < 0),
  '_<=_': ordered((order) => order <= 0),
  '_>_': ordered((order) => order > 0),
  '_>=_': ordered((order) => order >= 0),
  '@in': contains,
};

/** Whether something is worth keeping; for optional.ofNonZeroValue(). */
export function isZero(v: Value): boolean {
  if (v === null || v === '' || v === false) return true;
  if (isNumber(v)) return v instanceof Uint ? v.value === 0n : Number(v) === 0;
  if (v instanceof Duration) return v.nanos === 0n;
  if (isList(v) || v instanceof Uint8Array) return v.length === 0;
  return isMapValue(v) && v.size === 0;
}
