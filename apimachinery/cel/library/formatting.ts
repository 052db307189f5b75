/** The text that string.format() makes: `%s %d %.2f %e %b %x %X %o`. Behaves like upstream cel-go/ext/formatting.go. */
import { goQuote } from '../../go-text.ts';
import { doubleText } from '../number-text.ts';
import { Duration, Failure, isFailure, isList, isMapValue, Timestamp, typeName, TypeValue, Uint, type MapValue, type Result, type Value } from '../values.ts';
import { textOf } from './conversions.ts';

/** Ends the formatting; its text is the failure's. */
class FormatProblem extends Error {}

const PRECISION = 6;

export function formatted(template: string, args: readonly Value[]): Result {
  try {
    return new Formatter(template, args).whole();
  } catch (error) {
    if (error instanceof FormatProblem) return new Failure(error.message);
    throw error;
  }
}

class Formatter {
  readonly #template: string;
  readonly #args: readonly Value[];
  #at = 0;
  #next = 0;

  constructor(template: string, args: readonly Value[]) {
    this.#template = template;
    this.#args = args;
  }

  whole(): string {
    let out = '';
    while (this.#at < this.#template.length) {
      const percent = this.#template.indexOf('%', this.#at);
      if (percent < 0) return out + this.#template.slice(this.#at);
      out += this.#template.slice(this.#at, percent);
      this.#at = percent + 1;
      out += this.#template[this.#at] === '%' ? this.#literal() : this.#clause();
    }
    return out;
  }

  #literal(): string {
    this.#at++;
    return '%';
  }

  #clause(): string {
    const value = this.#args[this.#next];
    if (value === undefined) throw new FormatProblem(`index ${this.#next} out of range`);
    if (this.#at >= this.#template.length) throw new FormatProblem('unexpected end of string');
    this.#next++;
    const write = this.#writer();
    try {
      return write(value);
    } catch (error) {
      throw error instanceof FormatProblem ? new FormatProblem(`error during formatting: ${error.message}`) : error;
    }
  }

  #writer(): (value: Value) => string {
    const precision = this.#precision();
    const letter = this.#template[this.#at++] ?? '';
    const write = WRITERS[letter];
    if (!write) throw new FormatProblem(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
    return (value) => write(value, precision);
  }

  #precision(): number {
    if (this.#template[this.#at] !== '.') return PRECISION;
    const digits = /\d*/y;
    digits.lastIndex = this.#at + 1;
    const text = digits.exec(this.#template)?.[0] ?? '';
    this.#at += 1 + text.length;
    const problem = this.#at >= this.#template.length ? 'could not find end of precision specifier' : text === '' ? 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax' : undefined;
    if (problem !== undefined) throw new FormatProblem(`could not parse formatting clause: error while parsing precision: ${problem}`);
    return Number(text);
  }
}

function wrong(rule: string, value: Value): never {
  throw new FormatProblem(`${rule}, was given ${typeName(value)}`);
}

function writeText(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return `[${value.map(quoted).join(', ')}]`;
  if (isMapValue(value)) return writeMap(value);
  if (value instanceof TypeValue) return value.name;
  const text = textOf(value);
  if (typeof text === 'string') return text;
  if (text instanceof Failure) throw new FormatProblem(`could not convert argument ${goQuote(text.message)} to string`);
  return wrong('string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps', value);
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
function double(value: Value, rule: string): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  return wrong(`${rule} clause can only be used on doubles`, value);
}

const special = (n: number): string | undefined => (Number.isNaN(n) ? 'NaN' : n === Infinity ? '∞' : n === -Infinity ? '-∞' : undefined);
const fixed = (n: number, precision: number): string => special(n) ?? exactFixed(n, precision);

/** Every digit, rounded as Go does: halves, which a double seldom is exactly, to even. */
function exactFixed(n: number, precision: number): string {
  const magnitude = Math.abs(n);
  const text = magnitude < 1e21 && precision <= 100 ? magnitude.toFixed(precision) : BigInt(magnitude).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
  return n < 0 || Object.is(n, -0) ? `-${text}` : text;
}

/** With the digits in groups, as English writes them. */
const grouped = (text: string): string => text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** As the message package writes it: 1.234560 × 10⁰³. */
function scientific(n: number, precision: number): string {
  const plain = special(n);
  if (plain !== undefined) return plain;
  const [digits = '', exponent = '0'] = n.toExponential(Math.min(precision, 100)).split('e');
  const power = String(Math.abs(Number(exponent))).padStart(2, '0');
  return `${digits}\u202f×\u202f10${exponent.startsWith('-') ? '⁻' : ''}${power.replace(/\d/g, (d) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(d)] ?? d)}`;
}

const whole = (value: Value): bigint | undefined => (typeof value === 'bigint' ? value : value instanceof Uint ? value.value : undefined);

function hexadecimal(value: Value): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (bytes instanceof Uint8Array) return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return whole(value)?.toString(16) ?? wrong('only integers, byte buffers, and strings can be formatted as hex', value);
}

const WRITERS: Readonly<Record<string, (value: Value, precision: number) => string>> = {
  s: writeText,
  d: (value) => whole(value)?.toString() ?? wrong('decimal clause can only be used on integers', value),
  f: (value, precision) => grouped(fixed(double(value, 'fixed-point'), precision)),
  e: (value, precision) => scientific(double(value, 'scientific'), precision),
  b: (value) => (typeof value === 'boolean' ? String(Number(value)) : (whole(value)?.toString(2) ?? wrong('only integers and bools can be formatted as binary', value))),
  x: hexadecimal,
  X: (value) => hexadecimal(value).toUpperCase(),
  o: (value) => whole(value)?.toString(8) ?? wrong('octal clause can only be used on integers', value),
};
