import { setOwn } from '../../apimachinery/serializer/json-parser.ts';

/** A private, mutable copy of JSON data: several times faster than structuredClone, which must provide for much more. */
export function deepCopy<T>(value: T): Mutable<T> {
  return copy(value) as Mutable<T>;
}

type Mutable<T> = T extends readonly (infer U)[] ? Mutable<U>[] : T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const out: Record<string, unknown> = {};
  for (const key in value) setOwn(out, key, copy((value as Record<string, unknown>)[key]));
  return out;
}

export { jsonEqual as deepEqual } from '../../apimachinery/equality.ts';
