/** Lookups by names that users choose: what objects inherit (`constructor`, `toString`) is no member of a map. */

export function own<T>(record: Readonly<Record<string, T>> | null | undefined, key: string): T | undefined {
  return record !== null && record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
