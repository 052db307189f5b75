/** Equality and order of values (./values.ts). Behaves like upstream cel-go/common/types, with comparisons across types of numbers. */
import { KeyedList, SetList } from './typed-lists.ts';
import { Duration, Failure, isList, isMapValue, NO_OVERLOAD, Opaque, Optional, Timestamp, TypeValue, Uint, type MapValue, type Value } from './values.ts';

const NOT_A_NUMBER = new Failure('NaN values cannot be ordered');

/** Values of different types are not equal. */
export function equal(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a instanceof SetList || a instanceof KeyedList) return isList(b) && a.equalsList(b, equal);
  if (isList(a)) return isList(b) && a.length === b.length && a.every((x, i) => equal(x, b[i] ?? null));
  if (isMapValue(a)) return isMapValue(b) && equalMaps(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof Opaque) return b instanceof Opaque && a.typeName === b.typeName && a.equals(b);
  return equalSpecial(a, b);
}

function equalSpecial(a: Value, b: Value): boolean {
  if (a instanceof Timestamp) return b instanceof Timestamp && a.nanos === b.nanos;
  if (a instanceof Duration) return b instanceof Duration && a.nanos === b.nanos;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (!(a instanceof Optional) || !(b instanceof Optional)) return false;
  return a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value);
}

function equalMaps(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false;
  return a.keys().every((key) => {
    const [x, y] = [a.get(key), b.get(key)];
    if (x === undefined && y === undefined) return true;
    return x !== undefined && y !== undefined && !(x instanceof Failure) && !(y instanceof Failure) && equal(x, y);
  });
}

export const isNumber = (v: Value): v is bigint | number | Uint => typeof v === 'bigint' || typeof v === 'number' || v instanceof Uint;

/** NaN: they have no order. */
export function compareNumbers(a: bigint | number | Uint, b: bigint | number | Uint): number {
  const [x, y] = [a instanceof Uint ? a.value : a, b instanceof Uint ? b.value : b];
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Below, at or above 0; a Failure: values of these types have no order. */
export function compare(a: Value, b: Value): number | Failure {
  if (isNumber(a) && isNumber(b)) {
    const order = compareNumbers(a, b);
    return Number.isNaN(order) ? NOT_A_NUMBER : order;
  }
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if ((a instanceof Timestamp && b instanceof Timestamp) || (a instanceof Duration && b instanceof Duration)) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  return NO_OVERLOAD;
}

/** In the order of their UTF-8. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const [x, y] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = (x[i]?.codePointAt(0) ?? 0) - (y[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return x.length - y.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = (a[i] ?? 0) - (b[i] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
