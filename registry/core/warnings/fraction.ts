/** Quantities of bytes that are no whole number. */
import { own } from '../../../apimachinery/own.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';

export function fractionWarning(path: string, list: Readonly<Record<string, string>> | undefined, name: string): readonly string[] {
  const text = own(list, name);
  if (text === undefined || isWhole(text)) return [];
  return [`${path}[${name}]: fractional byte value ${goQuote(text)} is invalid, must be an integer`];
}

/** Seen in thousandths, as upstream does. */
const isWhole = (text: string): boolean => parseQuantity(text).scaledValue(-3) % 1000n === 0n;
