/** Quantities of bytes that are no whole number. */
import { own } from '../../../apimachinery/own.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { Path } from '../../../apimachinery/validation/field.ts';

export function fractionWarning(list: Readonly<Record<string, string>> | undefined, name: string, path: Path, told: string[]): void {
  const text = own(list, name);
  if (text !== undefined && !isWhole(text)) told.push(`${path.key(name)}: fractional byte value ${goQuote(text)} is invalid, must be an integer`);
}

/** What a text must have to be no whole number: a point, an exponent or a suffix below one. */
const FINE = /[num.e]/;

/** Seen in thousandths, as upstream does. */
const isWhole = (text: string): boolean => !FINE.test(text) || parseQuantity(text).scaledValue(-3) % 1000n === 0n;
