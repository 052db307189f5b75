/**
 * Quantities: exact decimal numbers with an SI or binary suffix (`100m`, `1.5Gi`, `12e6`). Beside ./intstr.ts; used by serializer, validation and every resource sum.
 * Behaves like upstream apimachinery/pkg/api/resource.
 */
import { parseQuantityText, type QuantityFormat } from './quantity-text.ts';

/** Powers of ten. */
export const NANO = -9;
export const MILLI = -3;

/** Thrown for a text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const DECIMAL_SUFFIX = new Map([
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);
const BINARY_SUFFIX = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);
const sign = (n: bigint): -1 | 0 | 1 => (n === 0n ? 0 : n < 0n ? -1 : 1);

/** Immutable. Its value is `unscaled` × 10^`scale`. */
export class Quantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  #text: string | undefined;

  constructor(unscaled: bigint, scale: number, format: QuantityFormat, text?: string) {
    this.unscaled = unscaled;
    this.scale = scale;
    this.format = format;
    this.#text = text;
  }

  /** Canonical, except that a text parsed from what already was nearly canonical is kept (`1.500`). */
  toString(): string {
    return (this.#text ??= canonicalText(this));
  }

  toJSON(): string {
    return this.toString();
  }

  isZero(): boolean {
    return this.unscaled === 0n;
  }

  sign(): -1 | 0 | 1 {
    return sign(this.unscaled);
  }

  cmp(other: Quantity): -1 | 0 | 1 {
    return compare(this.unscaled, this.scale, other.unscaled, other.scale);
  }

  equal(other: Quantity): boolean {
    return this.cmp(other) === 0;
  }

  /** The sum takes this one's format, or the other's when this is zero. */
  add(other: Quantity): Quantity {
    const format = this.isZero() ? other.format : this.format;
    if (other.isZero()) return new Quantity(this.unscaled, this.scale, format);
    if (this.isZero()) return new Quantity(other.unscaled, other.scale, format);
    const scale = Math.min(this.scale, other.scale);
    return new Quantity(rescale(this.unscaled, this.scale, scale) + rescale(other.unscaled, other.scale, scale), scale, format);
  }

  sub(other: Quantity): Quantity {
    return this.add(other.neg());
  }

  neg(): Quantity {
    return new Quantity(-this.unscaled, this.scale, this.format);
  }

  mul(factor: bigint): Quantity {
    return new Quantity(this.unscaled * factor, this.scale, this.format);
  }

  /** Rounded away from zero to a multiple of 10^scale. */
  roundUp(scale: number): Quantity {
    return this.scale >= scale ? this : new Quantity(divideUp(this.unscaled, scale - this.scale), scale, this.format);
  }

  /** The value in units of 10^scale, rounded away from zero, within int64. */
  scaledValue(scale: number): bigint {
    if (this.scale < scale) return this.unscaled === 0n ? 0n : clamp(divideUp(this.unscaled, scale - this.scale));
    if (this.scale - scale > 40) return this.unscaled === 0n ? 0n : this.unscaled > 0n ? MAX_INT64 : MIN_INT64;
    return clamp(rescale(this.unscaled, this.scale, scale));
  }

  /** In whole units, rounded away from zero. Exact to 2^53; scaledValue(0) beyond. */
  value(): number {
    return Number(this.scaledValue(0));
  }

  /** In thousandths, rounded away from zero. Exact to 2^53; scaledValue(MILLI) beyond. */
  milliValue(): number {
    return Number(this.scaledValue(MILLI));
  }

  /** The nearest double. */
  approximate(): number {
    return Number(`${this.unscaled}e${this.scale}`);
  }
}

const clamp = (n: bigint): bigint => (n > MAX_INT64 ? MAX_INT64 : n < MIN_INT64 ? MIN_INT64 : n);

/** Expanding an exponent beyond this would cost memory that no sender may ask for. */
const WIDEST = 10_000;

function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (from === to) return unscaled;
  if (from - to > WIDEST) throw new QuantityError('the exponents of the quantities are too far apart');
  return unscaled * 10n ** BigInt(from - to);
}

function divideUp(unscaled: bigint, places: number): bigint {
  if (unscaled === 0n) return 0n;
  if (places > magnitude(unscaled).toString().length) return unscaled > 0n ? 1n : -1n;
  const divisor = 10n ** BigInt(places);
  const quotient = unscaled / divisor;
  return unscaled % divisor === 0n ? quotient : unscaled > 0n ? quotient + 1n : quotient - 1n;
}

function compare(a: bigint, aScale: number, b: bigint, bScale: number): -1 | 0 | 1 {
  const signs = sign(a) - sign(b);
  if (a === 0n || b === 0n || signs !== 0) return Math.sign(signs) as -1 | 0 | 1;
  if (aScale === bScale) return sign(a - b);
  const longer = Math.sign(magnitude(a).toString().length + aScale - magnitude(b).toString().length - bScale);
  if (longer !== 0) return (longer * sign(a)) as -1 | 1;
  const scale = Math.min(aScale, bScale);
  return sign(rescale(a, aScale, scale) - rescale(b, bScale, scale));
}

function canonicalText(q: Quantity): string {
  if (q.isZero()) return '0';
  if (q.format === 'BinarySI' && compare(magnitude(q.unscaled), q.scale, 1024n, 0) >= 0) {
    const whole = q.scale >= 0 ? rescale(q.unscaled, q.scale, 0) : divideUp(q.unscaled, -q.scale);
    if (compare(whole, 0, q.unscaled, q.scale) === 0) return binaryText(whole);
  }
  return decimalText(q.unscaled, q.scale, q.format === 'DecimalExponent');
}

function binaryText(whole: bigint): string {
  let power = 0;
  let mantissa = whole;
  for (; mantissa % 1024n === 0n; power++) mantissa /= 1024n;
  return `${mantissa}${BINARY_SUFFIX[power] ?? ''}`;
}

function decimalText(unscaled: bigint, scale: number, exponential: boolean): string {
  let digits = unscaled.toString();
  let exponent = scale;
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(0, digits.length - zeros);
  exponent += zeros;
  const beyond = ((exponent % 3) + 3) % 3;
  digits += '0'.repeat(beyond);
  exponent -= beyond;
  if (exponential) return exponent === 0 ? digits : `${digits}e${exponent}`;
  return `${digits}${DECIMAL_SUFFIX.get(exponent) ?? ''}`;
}

/** Few texts are written again and again. */
const parsedTexts = new Map<string, Quantity>();
const PARSED_LIMIT = 4096;
const PARSED_LENGTH = 24;

/** Throws QuantityError. */
export function parseQuantity(text: string): Quantity {
  const known = parsedTexts.get(text);
  if (known) return known;
  const parsed = parseQuantityText(text);
  if (typeof parsed === 'string') throw new QuantityError(parsed);
  const quantity = new Quantity(parsed.unscaled, parsed.scale, parsed.format, parsed.text);
  if (text.length > PARSED_LENGTH) return quantity;
  if (parsedTexts.size >= PARSED_LIMIT) parsedTexts.clear();
  parsedTexts.set(text, quantity);
  return quantity;
}

export function newQuantity(value: number | bigint, format: QuantityFormat): Quantity {
  return new Quantity(BigInt(value), 0, format);
}

export function newMilliQuantity(value: number | bigint, format: QuantityFormat): Quantity {
  return new Quantity(BigInt(value), MILLI, format);
}

export const ZERO_QUANTITY: Quantity = newQuantity(0, 'DecimalSI');

const canonical = new Map<string, string>();
const CANONICAL_LIMIT = 4096;

/** The text as upstream prints what it decoded: `1024Mi` becomes `1Gi`, `0.5` becomes `500m`. A JSON number is taken as its text. Throws QuantityError. */
export function canonicalQuantity(value: string | number | bigint): string {
  const text = typeof value === 'string' ? value : value.toString();
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const result = parseQuantity(text.trim()).toString();
  if (canonical.size >= CANONICAL_LIMIT) canonical.clear();
  canonical.set(text, result);
  return result;
}
