/** Options in the query string, read as upstream's ParameterCodec reads them. Behaves like upstream apimachinery/pkg/runtime/conversion.go. */
import { newBadRequest } from '../../apimachinery/errors.ts';

/** The first value; '' when absent. */
export function text(query: URLSearchParams, name: string): string {
  return query.get(name) ?? '';
}

/** undefined when absent; anything but "false" and "0" is true. */
export function bool(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  const lower = value.toLowerCase();
  return lower !== 'false' && lower !== '0';
}

/** undefined when absent. Throws BadRequest in Go's words. */
export function int64(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^[+-]?\d+$/.test(value)) throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  const big = BigInt(value);
  if (big > 9223372036854775807n || big < -9223372036854775808n) throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: value out of range`);
  return Number(big);
}
