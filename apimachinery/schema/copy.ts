/** Deep copies of JSON values. */
import { setOwn } from '../serializer/json-parser.ts';
import { compareBytes } from '../serializer/json.ts';

/** A fresh copy; own `__proto__` members stay own members, undefined members are left out. */
export function copyValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? copyWith(value, Object.keys, copyValue) : value;
}

/** A fresh copy whose members are ordered as Go orders the keys of maps. */
export function sortedCopy(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? copyWith(value, sortedKeys, sortedCopy) : value;
}

function copyWith(value: object, keysOf: (object: object) => string[], copyMember: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(copyMember);
  const copy: Record<string, unknown> = {};
  for (const key of keysOf(value)) {
    const member = (value as Record<string, unknown>)[key];
    if (member !== undefined) setOwn(copy, key, copyMember(member));
  }
  return copy;
}

/** In Go's order: by bytes. */
export function sortedKeys(object: object): string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort(compareBytes);
  return keys;
}
