/** Lists and maps that were given empty: decoding leaves them out, as encoding would, but upstream's messages tell them from what was not given. Beside ./reader.ts, which notes them. */

const emptied = new WeakMap<object, Set<string>>();

/** Called while decoding; `owner` is the decoded struct. */
export function noteEmptied(owner: object, field: string): void {
  const fields = emptied.get(owner);
  if (fields) fields.add(field);
  else emptied.set(owner, new Set([field]));
}

/** True of a freshly decoded struct whose field was an empty list or map. Copies and what was read from the store do not know. */
export const wasGivenEmpty = (owner: object, field: string): boolean => emptied.get(owner)?.has(field) === true;

/** The value of a list or map as upstream prints it: `none` when it was given empty, null when it was not given. */
export function orEmpty<T extends object, K extends keyof T & string, E>(owner: T, field: K, none: E): NonNullable<T[K]> | E | null {
  return owner[field] ?? (wasGivenEmpty(owner, field) ? none : null);
}

/** True if any part of a freshly decoded object, but for its metadata and status, has a list or map that was given empty. */
export function holdsGivenEmpty(value: unknown, isWhole = true): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (emptied.has(value)) return true;
  return Object.entries(value).some(([name, member]) => !(isWhole && (name === 'metadata' || name === 'status')) && holdsGivenEmpty(member, false));
}
