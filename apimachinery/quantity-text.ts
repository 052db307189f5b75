/** The grammar of quantities: sign, digits, suffix. Behaves like upstream apimachinery/pkg/api/resource/{quantity,suffix}.go. */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export const FORMAT_WRONG = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
export const NUMERIC_WRONG = 'unable to parse numeric part of quantity';
export const SUFFIX_WRONG = "unable to parse quantity's suffix";

export interface ParsedQuantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** Set where the text is kept as its own canonical form. */
  readonly text?: string;
  /** Kept as an int64 and a power of ten upstream, not as a decimal of any length. */
  readonly isShort: boolean;
}

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

const decimal = (exponent: number): Suffix => ({ base: 10, exponent, format: 'DecimalSI' });
const binary = (exponent: number): Suffix => ({ base: 2, exponent, format: 'BinarySI' });

const SUFFIXES: ReadonlyMap<string, Suffix> = new Map([
  ['', decimal(0)],
  ['n', decimal(-9)],
  ['u', decimal(-6)],
  ['m', decimal(-3)],
  ['k', decimal(3)],
  ['M', decimal(6)],
  ['G', decimal(9)],
  ['T', decimal(12)],
  ['P', decimal(15)],
  ['E', decimal(18)],
  ['Ki', binary(10)],
  ['Mi', binary(20)],
  ['Gi', binary(30)],
  ['Ti', binary(40)],
  ['Pi', binary(50)],
  ['Ei', binary(60)],
]);

/** Sign, leading zeros, whole part, fraction, suffix. Digits may be missing: `m` and `-` are zero upstream. */
const GRAMMAR = /^([+-]?)(0*)((?:[1-9][0-9]*)?)(?:\.([0-9]*))?((?:[eEinumkKMGTP]+[-+]?[0-9]*|[-+][0-9]*)?)$/;

/** Longer texts are refused: arithmetic on them would hold the event loop. */
const LONGEST = 20_000;

/** A parsed quantity, or upstream's message. */
export function parseQuantityText(text: string): ParsedQuantity | string {
  if (text === '') return FORMAT_WRONG;
  if (text === '0') return { unscaled: 0n, scale: 0, format: 'DecimalSI', text, isShort: true };
  const match = text.length > LONGEST ? null : GRAMMAR.exec(text);
  if (!match) return FORMAT_WRONG;
  const num = match[3] === '' || match[3] === undefined ? '0' : match[3];
  const denom = match[4] ?? '';
  const suffix = suffixOf(match[5] ?? '');
  if (!suffix) return SUFFIX_WRONG;
  const negative = match[1] === '-';
  const exact = exactly(text, num, denom, suffix, negative);
  if (exact) return exact;
  const noDigits = match[2] === '' && match[3] === '' && denom === '';
  return noDigits ? NUMERIC_WRONG : rounded(BigInt(num + denom), denom.length, suffix, negative);
}

function suffixOf(text: string): Suffix | undefined {
  const known = SUFFIXES.get(text);
  if (known) return known;
  if (!/^[eE][+-]?[0-9]+$/.test(text)) return undefined;
  const exponent = BigInt(text.slice(1).replace('+', ''));
  if (exponent !== BigInt.asIntN(64, exponent)) return undefined;
  return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'DecimalExponent' };
}

/** Numbers that fit into int64 without rounding: most. */
function exactly(text: string, num: string, denom: string, suffix: Suffix, negative: boolean): ParsedQuantity | undefined {
  const { base, exponent, format } = suffix;
  const precision = base === 10 ? 18 - num.length - denom.length : denom === '' ? 14 - num.length - Math.trunc((exponent * 3) / 10) : -1;
  const scale = (base === 10 ? exponent : 0) - denom.length;
  if (precision < 0 || scale < -9) return undefined;
  const shifted = num + denom;
  const value = BigInt(shifted);
  const product = base === 2 ? value << BigInt(exponent) : value;
  if (product !== BigInt.asIntN(64, product)) return undefined;
  const kept = base === 2 ? (value & 7n) !== 0n : scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0');
  return { unscaled: negative ? -product : product, scale, format, isShort: true, ...(kept && { text }) };
}

const MAX_INT64 = 2n ** 63n - 1n;

/** The rest: rounded away from zero to nano; binary ones capped at int64. */
function rounded(digits: bigint, places: number, suffix: Suffix, negative: boolean): ParsedQuantity {
  let format = suffix.format;
  let scale = -places + (suffix.base === 10 ? suffix.exponent : 0);
  let amount = suffix.base === 2 ? digits << BigInt(suffix.exponent) : digits;
  if (amount !== 0n && scale < -9) {
    amount = roundUp(amount, -9 - scale);
    scale = -9;
  }
  if (format === 'BinarySI' && amount !== 0n) {
    const one = 10n ** BigInt(-scale);
    if (amount > MAX_INT64 * one) [amount, scale] = [MAX_INT64, 0];
    else if (amount < one) format = 'DecimalSI';
  }
  return { unscaled: negative ? -amount : amount, scale, format, isShort: false };
}

function roundUp(amount: bigint, places: number): bigint {
  if (places > amount.toString().length) return 1n;
  const divisor = 10n ** BigInt(places);
  return (amount + divisor - 1n) / divisor;
}
