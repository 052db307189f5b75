/** Lists and maps that were given empty: decoding leaves them out, as encoding would, but upstream's messages tell them from what was not given. Beside ./reader.ts, which notes them. */

const emptied = new WeakMap<object, Set<string>>();
let notes = 0;

/** Called while decoding; `owner` is the decoded struct. */
export function noteEmptied(owner: object, field: string): void {
  notes++;
  const fields = emptied.get(owner);
  if (fields) fields.add(field);
  else emptied.set(owner, new Set([field]));
}

/** True of a freshly decoded struct whose field was an empty list or map. What was read from the store does not know, nor does a copy without carryEmptied. */
export const wasGivenEmpty = (owner: object, field: string): boolean => emptied.get(owner)?.has(field) === true;

/** Whether any field of this struct was. */
export const knowsEmptied = (owner: object): boolean => notes > 0 && emptied.has(owner);

/** How often noteEmptied was called: the same before and after means that nothing was noted between. */
export const emptiedCount = (): number => notes;

/** Makes a deep copy know what the original knows. */
export function carryEmptied(from: object, to: object): void {
  for (const field of emptied.get(from) ?? []) noteEmptied(to, field);
  for (const [name, member] of Object.entries(from)) {
    const copy: unknown = (to as Record<string, unknown>)[name];
    if (typeof member === 'object' && member !== null && typeof copy === 'object' && copy !== null) carryEmptied(member as object, copy);
  }
}

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
