/** Judging objects by a Match. */
import type { CacheSpec, Match, Tested } from './interface.ts';

/** Compiles a match to a function. Throws when it names an index that the resource has not. */
export function compileMatch(spec: CacheSpec, match: Match): (tested: Tested) => boolean {
  const { namespace, name, index, test } = match;
  const valuesOf = index && indexOf(spec, index.name);
  return (tested) =>
    (!namespace || tested.namespace === namespace) &&
    (name === undefined || tested.name === name) &&
    (!index || !valuesOf || valuesOf(tested).includes(index.value)) &&
    (!test || test(tested));
}

export function indexOf(spec: CacheSpec, name: string): (tested: Tested) => readonly string[] {
  const index = spec.indexes?.[name];
  if (!index) throw new Error(`${spec.storedAs} has no index ${name}`);
  return index;
}

/** Keys that may match begin with this. */
export function prefixOf(spec: CacheSpec, match: Match): string {
  return match.namespace ? `${spec.range.prefix}${match.namespace}/` : spec.range.prefix;
}

/** Whether a key whose value is unknown may match. */
export function mayMatchKey(spec: CacheSpec, match: Match, key: string): boolean {
  if (!key.startsWith(prefixOf(spec, match))) return false;
  return match.name === undefined || key.slice(key.lastIndexOf('/') + 1) === match.name;
}
