/** Conversions between types. Behaves like upstream cel-go/common/types (ConvertToType). */
import { durationOrNone } from '../../../component-base/duration.ts';
import { doubleText, parseDouble } from '../number-text.ts';
import { formatDuration, formatTimestamp, parseTimestamp } from '../time-text.ts';
import { Duration, Failure, Timestamp, typeName, TypeValue, Uint, type Result, type Value } from '../values.ts';
import type { Library } from './function.ts';
import { duration, int, timestamp, uint } from './operators.ts';

/** From which power of ten on strconv writes an exponent. */
const STRCONV = 6;
const SECOND = 1_000_000_000n;
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

const wrong = (v: Value, to: string): Failure => new Failure(`type conversion error from '${typeName(v)}' to '${to}'`);

function toInt(v: Value): Result | undefined {
  if (typeof v === 'bigint') return v;
  if (v instanceof Uint) return int(v.value);
  if (typeof v === 'number') return Number.isFinite(v) && Math.abs(v) < 2 ** 63 ? BigInt(Math.trunc(v)) : new Failure('integer overflow');
  if (typeof v === 'string') return /^[-+]?\d+$/.test(v) ? converted(int(BigInt(v.replace('+', ''))), v, 'int') : wrong(v, 'int');
  if (v instanceof Timestamp) return floor(v.nanos, SECOND);
  return v instanceof Duration ? v.nanos : undefined;
}

const floor = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b);
const converted = (result: Result, from: Value, to: string): Result => (result instanceof Failure ? wrong(from, to) : result);

function toUint(v: Value): Result | undefined {
  if (v instanceof Uint) return v;
  if (typeof v === 'bigint') return uint(v);
  if (typeof v === 'number') return v >= 0 && v < 2 ** 64 ? uint(BigInt(Math.trunc(v))) : new Failure('unsigned integer overflow');
  return typeof v === 'string' ? (/^\d+$/.test(v) ? converted(uint(BigInt(v)), v, 'uint') : wrong(v, 'uint')) : undefined;
}

function toDouble(v: Value): Result | undefined {
  if (typeof v === 'number') return v;
  if (typeof v === 'bigint') return Number(v);
  if (v instanceof Uint) return Number(v.value);
  return typeof v === 'string' ? (parseDouble(v) ?? wrong(v, 'double')) : undefined;
}

/** As string() writes it; undefined: it does not. */
export function textOf(v: Value): Result | undefined {
  if (typeof v === 'string') return v;
  if (typeof v === 'bigint' || typeof v === 'boolean') return String(v);
  if (typeof v === 'number') return doubleText(v, STRCONV);
  if (v instanceof Uint) return String(v.value);
  if (v instanceof Timestamp) return formatTimestamp(v);
  if (v instanceof Duration) return formatDuration(v.nanos);
  return v instanceof Uint8Array ? decoded(v) : undefined;
}

function decoded(bytes: Uint8Array): Result {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(text);
  return again.length === bytes.length && again.every((byte, i) => byte === bytes[i]) ? text : new Failure('invalid UTF-8 in bytes, cannot convert to string');
}

function toBool(v: Value): Result | undefined {
  if (typeof v === 'boolean') return v;
  if (typeof v !== 'string') return undefined;
  return TRUE.has(v) ? true : FALSE.has(v) ? false : wrong(v, 'bool');
}

/** undefined: not of such a value. */
export function timestampOf(v: Value): Result | undefined {
  if (v instanceof Timestamp) return v;
  if (typeof v === 'bigint') return timestamp(v * SECOND);
  if (typeof v !== 'string') return undefined;
  const parsed = parseTimestamp(v);
  return parsed ? timestamp(parsed.nanos, parsed.offset) : wrong(v, 'google.protobuf.Timestamp');
}

function toDuration(v: Value): Result | undefined {
  if (v instanceof Duration) return v;
  if (typeof v === 'bigint') return duration(v);
  if (typeof v !== 'string') return undefined;
  const nanos = durationOrNone(v);
  return nanos === undefined ? wrong(v, 'google.protobuf.Duration') : duration(nanos);
}

export const CONVERSIONS: Library = {
  int: ([v = null]) => toInt(v),
  uint: ([v = null]) => toUint(v),
  double: ([v = null]) => toDouble(v),
  string: ([v = null]) => textOf(v),
  bool: ([v = null]) => toBool(v),
  bytes: ([v = null]) => (v instanceof Uint8Array ? v : typeof v === 'string' ? new TextEncoder().encode(v) : undefined),
  timestamp: ([v = null]) => timestampOf(v),
  duration: ([v = null]) => toDuration(v),
  dyn: ([v = null]) => v,
  type: ([v = null]) => new TypeValue(typeName(v)),
};
