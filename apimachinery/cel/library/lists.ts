/** Functions of lists and sets, and sizes. Behaves like upstream cel-go/ext/lists.go (version 3), sets.go and apiserver/pkg/cel/library/lists.go. */
import { compare, equal } from '../compare.ts';
import { Duration, EntryMap, Failure, isFailure, isList, isMapValue, keyOf, MutableMap, NO_OVERLOAD, NONE, Optional, typeName, Uint, type MapValue, type Result, type Value } from '../values.ts';
import { ofList, type Implementation, type Library } from './function.ts';
import { OPERATORS } from './operators.ts';
import { runes } from './texts.ts';

const ordered = (v: Value): boolean => !isFailure(compare(v, v)) || typeof v === 'number';
const ofLists = (f: (a: readonly Value[], b: readonly Value[]) => Result): Implementation => ([a, b]) => (isList(a) && isList(b) ? f(a, b) : undefined);

function size([v]: readonly Value[]): Result | undefined {
  if (typeof v === 'string') return BigInt(runes(v));
  if (isList(v) || v instanceof Uint8Array) return BigInt(v.length);
  return isMapValue(v) ? BigInt(v.size) : undefined;
}

function isSorted(list: readonly Value[]): Result {
  for (const [i, value] of list.entries()) {
    if (!ordered(value)) return NO_OVERLOAD;
    const previous = list[i - 1];
    const order = i === 0 || previous === undefined ? 0 : compare(previous, value);
    if (!isFailure(order) && order > 0) return false;
  }
  return true;
}

const extreme = (name: string, sign: number): Implementation =>
  ofList((list) => {
    let best: Value | undefined;
    for (const value of list) {
      if (!ordered(value)) return NO_OVERLOAD;
      const order = best === undefined ? 1 : compare(value, best);
      if (best === undefined || (!isFailure(order) && order * sign > 0)) best = value;
    }
    return best ?? new Failure(`${name} called on empty list`);
  });

const zero = (first: Value | undefined): Value => (first instanceof Uint ? new Uint(0n) : typeof first === 'number' ? 0 : first instanceof Duration ? new Duration(0n) : 0n);

function sum(list: readonly Value[]): Result {
  let total: Value = zero(list[0]);
  for (const value of list) {
    const next: Result = OPERATORS['_+_']?.([total, value]) ?? NO_OVERLOAD;
    if (isFailure(next)) return next;
    total = next;
  }
  return total;
}

const position = (find: (list: readonly Value[], test: (v: Value) => boolean) => number): Implementation => ([list, value]) =>
  isList(list) && value !== undefined ? BigInt(find(list, (v) => equal(v, value))) : undefined;

function slice([list, start, end]: readonly Value[]): Result | undefined {
  if (!isList(list) || typeof start !== 'bigint' || typeof end !== 'bigint') return undefined;
  const refuse = (why: string): Failure => new Failure(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) return refuse('negative indexes not supported');
  if (start > end) return refuse('start index must be less than or equal to end index');
  return list.length < end ? refuse(`list is length ${list.length}`) : [...list].slice(Number(start), Number(end));
}

function flatten([list, depth = 1n]: readonly Value[]): Result | undefined {
  if (!isList(list) || typeof depth !== 'bigint') return undefined;
  return depth < 0n ? new Failure('level must be non-negative') : flattened(list, depth);
}

const flattened = (list: readonly Value[], depth: bigint): Value[] => [...list].flatMap((v) => (isList(v) && depth > 0n ? flattened(v, depth - 1n) : [v]));

function distinct(list: readonly Value[]): Result {
  const out: Value[] = [];
  for (const value of list) if (!out.some((other) => equal(value, other))) out.push(value);
  return out;
}

function sorted(list: readonly Value[], keys: readonly Value[]): Result {
  if (list.length !== keys.length) return new Failure(`@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.length} and ${keys.length} elements respectively`);
  const [first] = keys;
  if (first === undefined) return list;
  if (!ordered(first)) return new Failure('list elements must be comparable');
  if (keys.length > 1 && keys.some((key) => typeName(key) !== typeName(first))) return new Failure('list elements must have the same type');
  const order = (i: number, j: number): number => {
    const result = compare(keys[i] ?? null, keys[j] ?? null);
    return isFailure(result) ? 0 : result;
  };
  return Array.from(list, (_, i) => i).sort(order).map((i) => list[i] ?? null);
}

const contains = (whole: readonly Value[], part: readonly Value[]): boolean => part.every((v) => whole.some((w) => equal(v, w)));

function range([n]: readonly Value[]): Result | undefined {
  return typeof n === 'bigint' ? Array.from({ length: Math.max(0, Number(n)) }, (_, i) => BigInt(i)) : undefined;
}

/** One entry more, or those of another map: no key twice. A map that grows is changed in place. */
function inserted([map, key, value]: readonly Value[]): Result | undefined {
  if (!isMapValue(map) || key === undefined) return undefined;
  if (value === undefined && !isMapValue(key)) return undefined;
  const fresh = isMapValue(key) && value === undefined ? entriesOf(key) : [[key, value ?? null] as const];
  const twice = fresh.find(([k]) => map.get(k) !== undefined);
  if (twice) return new Failure(`insert failed: key ${keyOf(twice[0])?.slice(1) ?? ''} already exists`);
  if (!(map instanceof MutableMap)) return new EntryMap([...entriesOf(map), ...fresh]);
  for (const [k, v] of fresh) map.set(k, v);
  return map;
}

const entriesOf = (map: MapValue): readonly (readonly [Value, Value])[] =>
  map.keys().flatMap((key) => {
    const value = map.get(key) ?? null;
    return isFailure(value) ? [] : [[key, value] as const];
  });

const end = (index: number): Implementation =>
  ofList((list) => {
    const value = list.at(index);
    return value === undefined ? NONE : new Optional(value);
  });

export const LISTS: Library = {
  size,
  isSorted: ofList(isSorted),
  sum: ofList(sum),
  max: extreme('max', 1),
  min: extreme('min', -1),
  indexOf: position((list, test) => list.findIndex(test)),
  lastIndexOf: position((list, test) => list.findLastIndex(test)),
  slice,
  flatten,
  distinct: ofList(distinct),
  reverse: ofList((list) => [...list].reverse()),
  sort: ofList((list) => sorted(list, list)),
  '@sortByAssociatedKeys': ofLists(sorted),
  'lists.range': range,
  first: end(0),
  last: end(-1),
  'sets.contains': ofLists(contains),
  'sets.equivalent': ofLists((a, b) => contains(a, b) && contains(b, a)),
  'sets.intersects': ofLists((a, b) => a.some((v) => b.some((w) => equal(v, w)))),
  'cel.@mapInsert': inserted,
};
