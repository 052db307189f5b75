/** Reads options of connecting subresources from a query. Behaves like upstream apimachinery/pkg/runtime/converter.go and conversion.go. */
import { newBadRequest } from '../../../apimachinery/errors.ts';

/** Present and neither `false` nor `0`. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  return text === null ? undefined : parseInteger(text);
}

export function parseInteger(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) throw newBadRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
