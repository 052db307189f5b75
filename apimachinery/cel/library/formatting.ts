/** The text that string.format() makes: `%s %d %.2f %e %b %x %X %o`. Behaves like upstream cel-go/ext/formatting.go. */
import { goQuote } from '../../go-text.ts';
import { doubleText } from '../number-text.ts';
import { Duration, Failure, isFailure, isList, isMapValue, Timestamp, typeName, TypeValue, Uint, type MapValue, type Result, type Value } from '../values.ts';
import { textOf } from './conversions.ts';
import { FormatProblem, replaceClauses } from './format-template.ts';

const PRECISION = 6;

/** What each clause takes, in the words that refuse the rest. */
export const REFUSALS: Readonly<Record<string, string>> = {
  s: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
  d: 'decimal clause can only be used on integers',
  f: 'fixed-point clause can only be used on doubles',
  e: 'scientific clause can only be used on doubles',
  b: 'only integers and bools can be formatted as binary',
  x: 'only integers, byte buffers, and strings can be formatted as hex',
  X: 'only integers, byte buffers, and strings can be formatted as hex',
  o: 'octal clause can only be used on integers',
};

export function formatted(template: string, args: readonly Value[]): Result {
  try {
    return replaceClauses(template, args.length, true, ({ index, letter, precision }) => WRITERS[letter]?.(args[index] ?? null, precision) ?? '');
  } catch (error) {
    if (error instanceof FormatProblem) return new Failure(error.message);
    throw error;
  }
}

function wrong(letter: string, value: Value): never {
  throw new FormatProblem(`${REFUSALS[letter] ?? ''}, was given ${typeName(value)}`);
}

function writeText(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return `[${value.map(quoted).join(', ')}]`;
  if (isMapValue(value)) return writeMap(value);
  if (value instanceof TypeValue) return value.name;
  const text = textOf(value);
  if (typeof text === 'string') return text;
  if (text instanceof Failure) throw new FormatProblem(`could not convert argument ${goQuote(text.message)} to string`);
  return wrong('s', value);
}

/** Within a list or a map. */
function quoted(value: Value): string {
  if (typeof value === 'string') return goQuote(value);
  if (value instanceof Uint8Array) return `b${goQuote(writeText(value))}`;
  if (value instanceof Timestamp) return `timestamp(${goQuote(writeText(value))})`;
  if (value instanceof Duration) return `duration(${goQuote(writeText(value))})`;
  if (typeof value === 'number') return Number.isFinite(value) ? fixed(value, PRECISION) : goQuote(doubleText(value));
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint' || value instanceof Uint || value instanceof TypeValue || isList(value) || isMapValue(value)) return writeText(value);
  throw new FormatProblem(`no formatting function for ${typeName(value)}`);
}

function writeMap(map: MapValue): string {
  const pairs = map.keys().map((key) => {
    if (typeof key === 'number') throw new FormatProblem('no formatting function for map key of type double');
    const value = map.get(key) ?? null;
    return [quoted(key), isFailure(value) ? value.message : quoted(value)] as const;
  });
  const sorted = pairs.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}

/** A double, or a text that names what no digits can. */
function double(value: Value, letter: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  return wrong(letter, value);
}

const special = (n: number): string | undefined => (Number.isNaN(n) ? 'NaN' : n === Infinity ? '∞' : n === -Infinity ? '-∞' : undefined);
const fixed = (n: number, precision: number): string => special(n) ?? exactFixed(n, precision);

/** Every digit, rounded as Go does: halves to even. */
function exactFixed(n: number, precision: number): string {
  const { mantissa, exponent } = binary(Math.abs(n));
  const scaled = mantissa * 10n ** BigInt(precision);
  const whole = exponent >= 0n ? scaled << exponent : rounded(scaled, -exponent);
  const digits = whole.toString().padStart(precision + 1, '0');
  const text = precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
  return n < 0 || Object.is(n, -0) ? `-${text}` : text;
}

/** Its value is mantissa × 2^exponent. */
function binary(n: number): { readonly mantissa: bigint; readonly exponent: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, n);
  const raw = bits.getBigUint64(0);
  const [exponent, fraction] = [(raw >> 52n) & 0x7ffn, raw & 0xfffffffffffffn];
  return exponent === 0n ? { mantissa: fraction, exponent: -1074n } : { mantissa: fraction | (1n << 52n), exponent: exponent - 1075n };
}

/** n / 2^places. */
function rounded(n: bigint, places: bigint): bigint {
  const [floor, rest, half] = [n >> places, n & ((1n << places) - 1n), 1n << (places - 1n)];
  return rest > half || (rest === half && floor % 2n === 1n) ? floor + 1n : floor;
}

/** With the digits in groups, as English writes them. */
const grouped = (text: string): string => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** As the message package writes it: 1.234560×10⁰³. What was meant as a precision is a width upstream. */
function scientific(n: number): string {
  const plain = special(n);
  if (plain !== undefined) return plain;
  const [digits = '', exponent = '0'] = n.toExponential(PRECISION).split('e');
  const power = String(Math.abs(Number(exponent))).padStart(2, '0');
  return `${digits}×10${exponent.startsWith('-') ? '⁻' : ''}${power.replace(/\d/g, (d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)] ?? d)}`;
}

const whole = (value: Value): bigint | undefined => (typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined);

function hexadecimal(value: Value): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (bytes instanceof Uint8Array) return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return whole(value)?.toString(16) ?? wrong('x', value);
}

const WRITERS: Readonly<Record<string, (value: Value, precision: number) => string>> = {
  s: writeText,
  d: (value) => whole(value)?.toString() ?? wrong('d', value),
  f: (value, precision) => grouped(fixed(double(value, 'f'), precision)),
  e: (value, width) => scientific(double(value, 'e')).padStart(width),
  b: (value) => (typeof value === 'boolean' ? String(Number(value)) : (whole(value)?.toString(2) ?? wrong('b', value))),
  x: hexadecimal,
  X: (value) => hexadecimal(value).toUpperCase(),
  o: (value) => whole(value)?.toString(8) ?? wrong('o', value),
};
