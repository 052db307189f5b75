/** Equality of JSON values, as the API means it. Behaves like upstream apimachinery/pkg/api/equality on encoded values. */

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

/** Deep; a member that is undefined is absent. A number and a bigint of the same value are equal. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return (typeof a === 'bigint' || typeof b === 'bigint') && a == b; // eslint-disable-line eqeqeq
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  return membersEqual(a as Record<string, unknown>, b as Record<string, unknown>, jsonEqual);
}

/** Deep; what is absent, null or an empty list or map is the same. */
export function semanticDeepEqual(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return jsonEqual(a, b);
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => semanticDeepEqual(item, b[i]));
  return membersEqual(a as Record<string, unknown>, b as Record<string, unknown>, semanticDeepEqual);
}

function membersEqual(a: Record<string, unknown>, b: Record<string, unknown>, equal: (x: unknown, y: unknown) => boolean): boolean {
  for (const key in a) if (!equal(a[key], Object.hasOwn(b, key) ? b[key] : undefined)) return false;
  for (const key in b) if (!Object.hasOwn(a, key) && !equal(undefined, b[key])) return false;
  return true;
}

/** The same object or list, or one with the same members: by identity, not deep. False for all else. */
export function isUnchanged(value: unknown, before: unknown): boolean {
  if (typeof value !== 'object' || typeof before !== 'object' || value === null || before === null) return false;
  if (value === before) return true;
  const keys = Object.keys(value);
  if (keys.length !== Object.keys(before).length) return false;
  for (const key of keys) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined || member !== (before as Record<string, unknown>)[key]) return false;
  }
  return Array.isArray(value) === Array.isArray(before);
}
