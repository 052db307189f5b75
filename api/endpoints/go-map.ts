/** How Go's %+v prints decoded JSON: `map[a:1 b:[x y]]`, keys sorted. */
import { compareBytes } from '../../apimachinery/serializer/json.ts';

export function goMap(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goMap).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const keys = Object.keys(value).sort(compareBytes);
  return `map[${keys.map((k) => `${k}:${goMap((value as Record<string, unknown>)[k])}`).join(' ')}]`;
}
