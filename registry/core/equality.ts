/** Equality of API values. Behaves like upstream apimachinery/pkg/api/equality.Semantic on decoded objects: absent, null and empty lists or maps are the same. */
import { own } from '../../apimachinery/own.ts';

const isEmpty = (value: unknown): boolean => value === undefined || value === null || (Array.isArray(value) && value.length === 0);

export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((x, i) => semanticEqual(x, b[i]));
  }
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  return (
    Object.keys(left).every((k) => semanticEqual(left[k], own(right, k))) && Object.keys(right).every((k) => Object.hasOwn(left, k) || isEmpty(right[k]))
  );
}
