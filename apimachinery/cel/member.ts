/** Members of maps and lists. Behaves like upstream cel-go/interpreter/attributes.go (refQualify). */
import { doubleText } from './number-text.ts';
import { Failure, isList, isMapValue, typeName, Uint, type Result, type Value } from './values.ts';

/** undefined: there is none. */
export function found(target: Value, key: Value): Result | undefined {
  if (isMapValue(target)) return target.get(key);
  if (!isList(target)) return undefined;
  const at = positionOf(key);
  return at instanceof Failure ? at : target[at];
}

/** What is said of a member that is not there. */
export const missing = (target: Value, key: Value): Failure => new Failure(`${isList(target) ? 'index out of bounds' : 'no such key'}: ${shown(key)}`);

function positionOf(key: Value): number | Failure {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (typeof key !== 'number') return new Failure(`unsupported index type '${typeName(key)}' in list`);
  return Number.isInteger(key) ? key : new Failure(`unsupported index value ${shown(key)} in list`);
}

const shown = (key: Value): string => (key instanceof Uint ? String(key.value) : typeof key === 'number' ? doubleText(key) : String(key));
