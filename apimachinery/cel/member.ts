/** Members of maps and lists: fields, indices, and those that may be absent. Behaves like upstream cel-go/interpreter/attributes.go (refQualify). */
import { Failure, isList, isMapValue, NONE, Optional, typeName, Uint, type Result, type Value } from './values.ts';

export function fieldOf(target: Value, field: string): Result {
  if (target instanceof Optional) return optionalField(target, field);
  return found(target, field) ?? new Failure(`no such key: ${field}`);
}

/** target[key]. */
export function indexOf(target: Value, key: Value): Result {
  if (target instanceof Optional) return optionalIndex(target, key);
  return found(target, key) ?? new Failure(`${isList(target) ? 'index out of bounds' : 'no such key'}: ${shown(key)}`);
}

export const optionalField = (target: Value, field: string): Result => optionalIndex(target, field);

/** target[?key]: an Optional. */
export function optionalIndex(target: Value, key: Value): Result {
  const inner = target instanceof Optional ? target.value : target;
  if (inner === undefined) return NONE;
  const value = found(inner, key);
  if (value === undefined) return NONE;
  return value instanceof Failure ? value : new Optional(value);
}

/** undefined: there is none. */
function found(target: Value, key: Value): Result | undefined {
  if (isMapValue(target)) return target.get(key);
  if (!isList(target)) return undefined;
  const at = positionOf(key);
  return at instanceof Failure ? at : target[at];
}

function positionOf(key: Value): number | Failure {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (typeof key !== 'number') return new Failure(`unsupported index type '${typeName(key)}' in list`);
  return Number.isInteger(key) ? key : new Failure(`unsupported index value ${key} in list`);
}

const shown = (key: Value): string => (key instanceof Uint ? String(key.value) : String(key));
