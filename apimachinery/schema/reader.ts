/** The quick half of ./normalise.ts: gives the canonical value of a schema, or throws Unsure where ./exact.ts must look. What there is to know of a schema is put into Places (./places.ts) once. */
import { isUnchanged } from '../equality.ts';
import { setOwn } from '../serializer/json-parser.ts';
import { copyValue, sortedKeys } from './copy.ts';
import { knowsEmptied, noteEmptied } from './emptied.ts';
import type { Schema } from './model.ts';
import { FLAG, LIST, MAP, placeOf, SCALAR, STRUCT, TEXT, UNION, ZERO_STRUCT, type Place, type Plan } from './places.ts';
import { UNSURE } from './scalars.ts';

/** Thrown when a value does not fit, or has unknown members. Says nothing more: the exact inspection does. */
export class Unsure extends Error {}
const OFF = new Unsure('the value needs an exact inspection');

type Members = Record<string, unknown>;

/** What becomes of the parts of a value. */
export interface Manner {
  /** Free-form values are copied. */
  readonly copiesFree: boolean;
  /** Structs, lists and maps that are in canonical form become parts of the result. */
  readonly keeps: boolean;
  /** But not structs that know what was given empty. */
  readonly forgetsEmptied: boolean;
}

/**
 * From a value to its canonical form; null does not fit. Nothing that is given is changed.
 * `base` (structs): an object of the same type in canonical form, whose unchanged parts become parts of the result.
 */
export function readValue(schema: Schema, value: unknown, manner: Manner, base?: object): unknown {
  const place = placeOf(schema);
  top = 0;
  if (base === undefined) return read(place, value, manner);
  if (place.kind !== STRUCT || typeof value !== 'object' || value === null || Array.isArray(value)) throw OFF;
  return readChanged(place.plan as Plan, value as Members, base as Members, manner);
}

function read(place: Place, value: unknown, manner: Manner): unknown {
  if (value === null) return instead(place.ifNull, place, manner);
  switch (place.kind) {
    case TEXT:
      if (typeof value !== 'string') throw OFF;
      return value === place.dropped ? undefined : value;
    case FLAG:
      if (typeof value !== 'boolean') throw OFF;
      return value === place.dropped ? undefined : value;
    case SCALAR:
      return readScalar(place, value);
    case STRUCT:
      if (typeof value !== 'object' || Array.isArray(value)) throw OFF;
      return readStruct(place.plan as Plan, value as Members, manner);
    case LIST:
      return readList(place, value, manner);
    case MAP:
      return readMap(place, value, manner);
    case UNION:
      return readUnion(place, value, manner);
    default:
      return manner.copiesFree ? copyValue(value) : value;
  }
}

/** Where null, or nothing, is given. */
function instead(value: unknown, place: Place, manner: Manner): unknown {
  if (value === ZERO_STRUCT) return readStruct(place.plan as Plan, {}, manner);
  if (value === UNSURE) throw OFF;
  return value;
}

function readScalar(place: Place, value: unknown): unknown {
  const scalar = place.quick(value);
  if (scalar === UNSURE) throw OFF;
  return scalar === place.dropped ? undefined : scalar;
}

/** A stack: the fields of the structs that are being read, each struct's in their order. Shared, so that reading a struct makes no list. */
const fields: Place[] = [];
let top = 0;

/** Puts the fields of `given` upon the stack, with those that are written even when they are not given. Says whether they stand in `given` in this order. */
function arrange(plan: Plan, given: Members): boolean {
  const { byName } = plan;
  const start = top;
  let isOrdered = true;
  let always = 0;
  for (const name in given) {
    const place = byName.get(name);
    if (place === undefined) {
      if (given[name] !== undefined) throw OFF;
      isOrdered = false;
      continue;
    }
    if (place.isAlways) always++;
    if (top > start && (fields[top - 1] as Place).at > place.at) {
      insert(place, start);
      isOrdered = false;
    } else fields[top++] = place;
  }
  if (always < plan.always.length) addAlways(plan, start);
  return isOrdered;
}

function insert(place: Place, start: number): void {
  let at = top++;
  for (; at > start && (fields[at - 1] as Place).at > place.at; at--) fields[at] = fields[at - 1] as Place;
  fields[at] = place;
}

function addAlways({ always }: Plan, start: number): void {
  for (const place of always) {
    let at = start;
    while (at < top && fields[at] !== place) at++;
    if (at === top) insert(place, start);
  }
}

/** The struct itself when it is in canonical form and may be kept; else a copy, in which those of its parts that are stand again. */
function readStruct(plan: Plan, given: Members, manner: Manner): Members {
  const start = top;
  const isOrdered = arrange(plan, given);
  const end = top;
  let object: Members | undefined = isOrdered && manner.keeps && !(manner.forgetsEmptied && knowsEmptied(given)) ? undefined : {};
  for (let i = start; i < end; i++) {
    const place = fields[i] as Place;
    const { name } = place;
    const value = given[name];
    const member = value === undefined ? instead(place.absent, place, manner) : read(place, value, manner);
    if (object === undefined) {
      if (member === value && value !== undefined) continue;
      object = membersBefore(given, start, i);
    }
    if (member !== undefined) object[name] = member;
    else if (typeof value === 'object' && value !== null) noteEmptied(object, name);
  }
  top = start;
  return object ?? given;
}

function membersBefore(given: Members, start: number, end: number): Members {
  const object: Members = {};
  for (let i = start; i < end; i++) {
    const { name } = fields[i] as Place;
    object[name] = given[name];
  }
  return object;
}

/** Members that hold what the base's hold are the base's own; metadata is new, but its members may be the base's; all others are read anew, to their depth. */
function readChanged(plan: Plan, given: Members, base: Members, manner: Manner): Members {
  const start = top;
  arrange(plan, given);
  const end = top;
  const object: Members = {};
  for (let i = start; i < end; i++) {
    const place = fields[i] as Place;
    const { name } = place;
    const value = given[name];
    const member = value === undefined ? instead(place.absent, place, manner) : readMember(place, value, base[name], manner);
    if (member !== undefined) object[name] = member;
    else if (typeof value === 'object' && value !== null) noteEmptied(object, name);
  }
  top = start;
  return object;
}

function readMember(place: Place, value: unknown, before: unknown, manner: Manner): unknown {
  if (place.name !== 'metadata' || place.kind !== STRUCT) return isUnchanged(value, before) ? before : read(place, value, manner);
  if (typeof value !== 'object' || typeof before !== 'object' || value === null || before === null || Array.isArray(value)) return read(place, value, manner);
  return readChanged(place.plan as Plan, value as Members, before as Members, manner);
}

function readList(place: Place, value: unknown, manner: Manner): unknown {
  if (!Array.isArray(value)) throw OFF;
  const given: readonly unknown[] = value;
  if (given.length === 0 && place.dropsEmpty) return undefined;
  const item = place.item as Place;
  let list: unknown[] | undefined = manner.keeps ? undefined : given.slice();
  for (let i = 0; i < given.length; i++) {
    const element = given[i];
    const member = read(item, element === undefined ? null : element, manner);
    if (member !== element) (list ??= given.slice())[i] = member;
  }
  return list ?? given;
}

function readMap(place: Place, value: unknown, manner: Manner): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) throw OFF;
  const given = value as Members;
  const item = place.item as Place;
  if (place.dropsEmpty && isEmpty(given)) return undefined;
  if (manner.keeps && isSettled(given, item, manner)) return given;
  const map: Members = {};
  for (const key of sortedKeys(given)) {
    const member = given[key];
    if (member !== undefined) setOwn(map, key, read(item, member, manner));
  }
  return place.dropsEmpty && isEmpty(map) ? undefined : map;
}

function isEmpty(map: Members): boolean {
  for (const key in map) if (Object.hasOwn(map, key)) return false;
  return true;
}

/** Whether keys and values of a map are in canonical form. (Values that are not are read again by whoever asked.) */
function isSettled(given: Members, item: Place, manner: Manner): boolean {
  let last = '';
  for (const key in given) {
    const value = given[key];
    if (value === undefined || key < last || read(item, value, manner) !== value) return false;
    last = key;
  }
  return true;
}

function readUnion(place: Place, value: unknown, manner: Manner): unknown {
  const { ofObjects, ofLists, takesFlags } = place.arms as NonNullable<Place['arms']>;
  if (typeof value === 'boolean' && takesFlags) return value;
  if (Array.isArray(value) && ofLists) return value.length === 0 ? null : read(ofLists, value, manner);
  if (typeof value === 'object' && !Array.isArray(value) && ofObjects) return read(ofObjects, value, manner);
  if (takesFlags) throw OFF;
  return null;
}
