/** Annotations that stand for integer fields which apps/v1 no longer has. Behaves like upstream pkg/apis/apps/v1/conversion.go and Go's strconv.ParseInt. */
import { goQuote } from '../../apimachinery/go-text.ts';

const MOST = 9223372036854775807n;

/** Why a text is no 64-bit integer, in Go's words. */
export function int64Mistake(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const problem = (why: string): string => `strconv.ParseInt: parsing ${goQuote(text)}: ${why}`;
  if (!/^[+-]?[0-9]+$/.test(text)) return problem('invalid syntax');
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value > MOST || value < -MOST - 1n ? problem('value out of range') : undefined;
}
