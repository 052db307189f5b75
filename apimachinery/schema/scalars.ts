/**
 * How each kind of scalar is read from JSON: its zero value, a quick check that gives the canonical value or nothing, and the exact reading with Go's errors.
 * Used by ./normalise.ts (quick) and ./exact.ts. Behaves like the UnmarshalJSON methods of apimachinery and encoding/json.
 */
import { canonicalQuantity, QuantityError } from '../quantity.ts';
import { canonicalBase64, decodeBase64, encodeBase64 } from './base64.ts';
import { DurationError, formatDuration, parseDuration } from '../../component-base/duration.ts';
import { canonicalMicroTime, canonicalTime, TimeError } from './go-time.ts';
import type { ScalarKind } from './model.ts';

/** Given by `quick` when the exact reading must look. */
export const UNSURE: unique symbol = Symbol('unsure');

/** A JSON value that does not fit Go's type: the error is saved and decoding goes on, unless `fatal`. */
export class Mismatch extends Error {
  /** `string`, `number 1.5`, `array`. */
  readonly found: string;
  /** Go's type, where it is not the field's own. */
  readonly type: string | undefined;
  readonly fatal: boolean;

  constructor(found: string, fatal: boolean, type?: string) {
    super(found);
    this.found = found;
    this.fatal = fatal;
    this.type = type;
  }
}

/** An error that carries its whole text. */
export class ValueError extends Error {
  readonly fatal: boolean;

  constructor(message: string, fatal: boolean) {
    super(message);
    this.fatal = fatal;
  }
}

export interface ScalarReader {
  /** Go's name of the type. */
  readonly goType: string;
  /** What a field that is no pointer holds when nothing is given; what is dropped by omitempty. */
  readonly zero: unknown;
  /** True for Go structs: omitempty never drops them. */
  readonly isStruct: boolean;
  quick(value: unknown): unknown;
  /** The value that `quick` accepts. `text`: the number's own text, when it matters. Throws Mismatch or ValueError. Never called with null. */
  exact(value: unknown, text: string | undefined): unknown;
  /** The value for null in a field that is no pointer; absent: the zero value. */
  exactNull?(): unknown;
}

/** What encoding/json calls a value. */
export function jsonType(value: unknown): 'null' | 'bool' | 'number' | 'string' | 'array' | 'object' {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'array' : 'object';
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function simple(
  goType: string,
  zero: unknown,
  quick: (value: unknown) => unknown,
  describe: (value: unknown, text: string | undefined) => string = jsonType,
): ScalarReader {
  return {
    goType,
    zero,
    isStruct: false,
    quick,
    exact(value, text) {
      const read = text === undefined ? quick(value) : UNSURE;
      if (read === UNSURE) throw new Mismatch(describe(value, text), false);
      return read;
    },
  };
}

/** Wrong numbers are named with their text. */
const describeNumber = (value: unknown, text: string | undefined): string =>
  isNumber(value) ? `number ${text ?? String(value)}` : jsonType(value);

function quickInt64(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : UNSURE;
  if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) return UNSURE;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const double: ScalarReader = {
  goType: 'float64',
  zero: 0,
  isStruct: false,
  quick: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : typeof value === 'bigint' ? Number(value) : UNSURE),
  exact(value, text) {
    const read = double.quick(value);
    if (read === UNSURE) throw new Mismatch(describeNumber(value, text), false);
    return read;
  },
};

const stringOf = (value: unknown): string => {
  if (typeof value !== 'string') throw new Mismatch(jsonType(value), true, 'string');
  return value;
};

const isBadText = (error: unknown): error is Error => error instanceof TimeError || error instanceof DurationError || error instanceof QuantityError;

function rethrow(error: unknown): never {
  if (isBadText(error)) throw new ValueError(error.message, true);
  throw error;
}

/** A type whose values are texts in several spellings. Errors of its own end decoding. */
function textual(
  goType: string,
  zero: unknown,
  canonical: (text: string) => unknown,
  read: (value: unknown, text: string | undefined) => unknown,
): ScalarReader {
  return {
    goType,
    zero,
    isStruct: true,
    quick(value) {
      if (typeof value !== 'string') return UNSURE;
      try {
        return canonical(value);
      } catch (error) {
        if (isBadText(error)) return UNSURE;
        throw error;
      }
    },
    exact(value, text) {
      try {
        return read(value, text);
      } catch (error) {
        return rethrow(error);
      }
    },
  };
}

/** The text of Go's zero time is kept: a pointer to it is not a null pointer. */
const checked = (text: string, canonical: (text: string) => string | null): string => canonical(text) ?? text;

/** Upstream parses the JSON text itself, whatever it is. */
function readQuantity(value: unknown, text: string | undefined): string {
  if (typeof value === 'string') return canonicalQuantity(value);
  return canonicalQuantity(text ?? (isNumber(value) ? String(value) : JSON.stringify(value)));
}

const quantity = textual('resource.Quantity', '0', canonicalQuantity, readQuantity);
const canonicalDuration = (text: string): string => formatDuration(parseDuration(text));
const duration: ScalarReader = {
  ...textual('v1.Duration', '0s', canonicalDuration, (value) => canonicalDuration(stringOf(value))),
  exactNull: () => duration.exact('', undefined),
};

const int32 = simple('int32', 0, (value) => (typeof value === 'number' && (value | 0) === value ? value | 0 : UNSURE), describeNumber);

const intOrString: ScalarReader = {
  goType: 'intstr.IntOrString',
  zero: 0,
  isStruct: true,
  quick: (value) => (typeof value === 'string' ? value : int32.quick(value)),
  exact(value, text) {
    const read = text === undefined ? intOrString.quick(value) : UNSURE;
    if (read === UNSURE) throw new Mismatch(describeNumber(value, text), true, 'int32');
    return read;
  },
};

const bytes: ScalarReader = {
  goType: '[]uint8',
  zero: '',
  isStruct: false,
  quick: (value) => (typeof value === 'string' ? (canonicalBase64(value) ?? UNSURE) : UNSURE),
  exact(value) {
    if (Array.isArray(value)) return encodeBase64(Uint8Array.from(value, octet));
    if (typeof value !== 'string') throw new Mismatch(jsonType(value), false);
    const decoded = decodeBase64(value);
    if (typeof decoded === 'number') throw new ValueError(`illegal base64 data at input byte ${decoded}`, false);
    return encodeBase64(decoded);
  },
};

/** Go reads a list of small numbers as bytes, too. */
function octet(value: unknown): number {
  if (value === null) return 0;
  if (typeof value !== 'number' || (value & 0xff) !== value) throw new Mismatch(describeNumber(value, undefined), false, 'uint8');
  return value;
}

export const SCALAR_READERS: Readonly<Record<Exclude<ScalarKind, 'fieldsV1'>, ScalarReader>> = {
  string: simple('string', '', (value) => (typeof value === 'string' ? value : UNSURE)),
  bool: simple('bool', false, (value) => (typeof value === 'boolean' ? value : UNSURE)),
  int32,
  int64: simple('int64', 0, quickInt64, describeNumber),
  double,
  bytes,
  quantity,
  time: textual('v1.Time', null, canonicalTime, (value) => checked(stringOf(value), canonicalTime)),
  microTime: textual('v1.MicroTime', null, canonicalMicroTime, (value) => checked(stringOf(value), canonicalMicroTime)),
  duration,
  intOrString,
};
