/** The quick half of ./normalise.ts: schemas compiled to closures that give the canonical value, or throw Unsure where ./exact.ts must look. */
import { isUnchanged } from '../equality.ts';
import { setOwn } from '../serializer/json-parser.ts';
import { sortedKeys } from './copy.ts';
import { noteEmptied } from './emptied.ts';
import type { Compiler, Field, ListOf, MapOf, Scalar, Schema, Struct, Union } from './model.ts';
import { SCALAR_READERS, UNSURE, type ScalarReader } from './scalars.ts';

/** From a value that is not null to its canonical form. `base` (structs): an object of the same type in canonical form, whose unchanged parts become parts of the result. */
export type Read = (value: unknown, base?: Members) => unknown;

/** Thrown when a value does not fit, or has unknown members. Says nothing more: the exact inspection does. */
export class Unsure extends Error {}
const OFF = new Unsure('the value needs an exact inspection');

type Members = Record<string, unknown>;

/** What becomes of the parts of a value. */
export interface Manner {
  /** Of free-form values. */
  copy(value: unknown): unknown;
  /** Whether this struct, list or map, which is in canonical form, may be a part of the result. */
  keeps(given: object): boolean;
}

/** A compiler for `memoised`. Nothing that is given is changed. */
export function newReader(manner: Manner): (schema: Schema, recur: Compiler<Read>) => Read {
  return (schema, recur) => {
    switch (schema.kind) {
      case 'struct':
        return readStruct(schema, manner, recur);
      case 'list':
        return readList(schema, manner, recur);
      case 'map':
        return readMap(schema, manner, recur);
      case 'scalar':
        return readScalar(schema, manner);
      case 'union':
        return readUnion(schema, recur);
      case 'any':
        return manner.copy;
    }
  };
}

/** How a struct is read: parallel lists, by field. Made when the first value arrives: types contain themselves. */
interface Plan {
  readonly names: readonly string[];
  /** Undefined: the field is left out. */
  readonly reads: readonly Read[];
  /** The value of a field that is not given; undefined: none. */
  readonly absent: readonly ((() => unknown) | undefined)[];
  /** Where the fields stand, by name. */
  readonly places: ReadonlyMap<string, number>;
  /** How many fields are written even when they are not given. */
  readonly always: number;
}

function planOf(schema: Struct, recur: Compiler<Read>): Plan {
  const fields = [...schema.fields.values()];
  const absent = fields.map((f) => absentValue(f, recur));
  return {
    names: fields.map((f) => f.name),
    reads: fields.map((f) => readField(f, recur)),
    absent,
    places: new Map(fields.map((f, i) => [f.name, i])),
    always: absent.filter((zero) => zero !== undefined).length,
  };
}

function readStruct(schema: Struct, manner: Manner, recur: Compiler<Read>): Read {
  let plan: Plan | undefined;
  return (value, base) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw OFF;
    plan ??= planOf(schema, recur);
    const given = value as Members;
    if (base) return readChanged(plan, given, base);
    return manner.keeps(given) && isOrdered(plan, given) ? readOrdered(plan, given) : readMembers(plan, given);
  };
}

/** Whether the members stand as they are written, none missing and none too many; says nothing of their values. */
function isOrdered({ places, absent, always }: Plan, given: Members): boolean {
  let last = -1;
  let found = 0;
  for (const name in given) {
    const place = places.get(name);
    if (place === undefined || place <= last || given[name] === undefined) return false;
    last = place;
    if (absent[place] !== undefined) found++;
  }
  return found === always;
}

/** The struct itself when its members are in canonical form; else a copy, in which those that are stand again. */
function readOrdered({ places, reads }: Plan, given: Members): Members {
  let object: Members | undefined;
  for (const name in given) {
    const value = given[name];
    const read = (reads[places.get(name) as number] as Read)(value);
    if (object === undefined) {
      if (read === value) continue;
      object = membersBefore(given, name);
    }
    if (read !== undefined) object[name] = read;
    else if (typeof value === 'object' && value !== null) noteEmptied(object, name);
  }
  return object ?? given;
}

function membersBefore(given: Members, end: string): Members {
  const object: Members = {};
  for (const name in given) {
    if (name === end) break;
    object[name] = given[name];
  }
  return object;
}

function readMembers(plan: Plan, given: Members): Members {
  const { names, reads, absent } = plan;
  const object: Members = {};
  let seen = 0;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const value = given[name];
    if (value === undefined) {
      const zero = absent[i];
      if (zero !== undefined) object[name] = zero();
      continue;
    }
    seen++;
    const read = (reads[i] as Read)(value);
    if (read !== undefined) object[name] = read;
    else if (typeof value === 'object' && value !== null) noteEmptied(object, name);
  }
  if (seen !== sizeOf(given)) assertUndefinedOnly(plan, given);
  return object;
}

/** Members that hold what the base's hold are the base's own; metadata is new, but its members may be the base's; all others are read anew, to their depth. */
function readChanged(plan: Plan, given: Members, base: Members): Members {
  const { names, reads, absent } = plan;
  const object: Members = {};
  let seen = 0;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const value = given[name];
    if (value === undefined) {
      const zero = absent[i];
      if (zero !== undefined) object[name] = zero();
      continue;
    }
    seen++;
    const before = base[name];
    const read = name === 'metadata' ? (reads[i] as Read)(value, before as Members | undefined) : isUnchanged(value, before) ? before : (reads[i] as Read)(value);
    if (read !== undefined) object[name] = read;
    else if (typeof value === 'object' && value !== null) noteEmptied(object, name);
  }
  if (seen !== sizeOf(given)) assertUndefinedOnly(plan, given);
  return object;
}

/** Without a list of the names. */
function sizeOf(members: Members): number {
  let size = 0;
  for (const _ in members) size++;
  return size;
}

/** In-process values may hold members that are undefined. */
function assertUndefinedOnly(plan: Plan, given: Members): void {
  for (const name of Object.keys(given)) if (given[name] !== undefined && !plan.names.includes(name)) throw OFF;
}

/** What encoding/json writes for a field that is not given. */
function absentValue(field: Field, recur: Compiler<Read>): (() => unknown) | undefined {
  const { pointer, omit } = goOf(field);
  const { schema } = field;
  if (pointer || schema.kind === 'list' || schema.kind === 'map') return omit === 'never' ? () => null : undefined;
  if (schema.kind === 'struct') {
    if (omit === 'zero') return undefined;
    const read = recur(schema);
    return () => read({});
  }
  if (schema.kind !== 'scalar') return omit === 'zero' ? undefined : () => null;
  return absentScalar(schema, omit);
}

function absentScalar(schema: Scalar, omit: 'never' | 'empty' | 'zero'): (() => unknown) | undefined {
  if (schema.is === 'fieldsV1') return () => null;
  const { zero, isStruct } = SCALAR_READERS[schema.is];
  if (omit === 'zero' || (omit === 'empty' && !isStruct)) return undefined;
  return schema.is === 'bytes' ? () => null : () => zero;
}

/** Reads a member that is present, null included. */
function readField(field: Field, recur: Compiler<Read>): Read {
  const { pointer, omit } = goOf(field);
  const { schema } = field;
  const read = recur(schema);
  const none = omit === 'never' ? null : undefined;
  if (pointer) return (value) => (value === null ? none : read(value));
  switch (schema.kind) {
    case 'list':
      return (value) => (value === null ? none : notEmpty(read(value) as unknown[], none));
    case 'map':
      return omit === 'never'
        ? (value) => (value === null ? null : read(value))
        : (value) => (value === null ? undefined : notEmptyMap(read(value) as Members));
    case 'struct':
      return (value, base) => read(value === null ? {} : value, base);
    case 'scalar':
      return schema.is === 'fieldsV1' ? nullAsNull(read) : readPlainScalar(SCALAR_READERS[schema.is], read, omit, schema.is === 'bytes');
    default:
      return omit === 'zero' ? (value) => (value === null ? undefined : read(value)) : nullAsNull(read);
  }
}

const nullAsNull =
  (read: Read): Read =>
  (value) =>
    value === null ? null : read(value);

/** An empty list is dropped by omitempty, kept otherwise. */
const notEmpty = (list: unknown[], none: null | undefined): unknown => (list.length === 0 && none === undefined ? undefined : list);

function notEmptyMap(map: Members): Members | undefined {
  for (const key in map) if (Object.hasOwn(map, key)) return map;
  return undefined;
}

function readPlainScalar(reader: ScalarReader, read: Read, omit: 'never' | 'empty' | 'zero', isBytes: boolean): Read {
  const { zero, isStruct } = reader;
  const nullRead = (): unknown => {
    if (reader.exactNull) throw OFF;
    return isBytes ? null : zero;
  };
  if (omit === 'never' || (omit === 'empty' && isStruct)) return (value) => (value === null ? nullRead() : read(value));
  return (value) => {
    if (value === null) return undefined;
    const plain = read(value);
    return plain === zero ? undefined : plain;
  };
}

function goOf(field: Field): NonNullable<Field['go']> {
  if (!field.go) throw new Error(`field ${field.name} has no Go type: a custom type inside a built-in one`);
  return field.go;
}

function readScalar(schema: Scalar, manner: Manner): Read {
  if (schema.is === 'fieldsV1') return manner.copy;
  const { quick } = SCALAR_READERS[schema.is];
  return (value) => {
    const read = quick(value);
    if (read === UNSURE) throw OFF;
    return read;
  };
}

/** Reads an element of a list or a value of a map, null included. */
function readElement(schema: Schema, recur: Compiler<Read>): Read {
  const read = recur(schema);
  if (schema.kind === 'struct') return (value) => read(value === null ? {} : value);
  if (schema.kind !== 'scalar' || schema.is === 'fieldsV1' || schema.is === 'bytes') return nullAsNull(read);
  const { zero, exactNull } = SCALAR_READERS[schema.is];
  return exactNull ? read : (value) => (value === null ? zero : read(value));
}

function readList(schema: ListOf, manner: Manner, recur: Compiler<Read>): Read {
  let element: Read | undefined;
  return (value) => {
    if (!Array.isArray(value)) throw OFF;
    element ??= readElement(schema.items, recur);
    const given: readonly unknown[] = value;
    let list: unknown[] | undefined = manner.keeps(given) ? undefined : [];
    for (let i = 0; i < given.length; i++) {
      const item = given[i];
      const read = element(item === undefined ? null : item);
      if (list !== undefined) list.push(read);
      else if (read !== item) (list = given.slice(0, i)).push(read);
    }
    return list ?? given;
  };
}

function readMap(schema: MapOf, manner: Manner, recur: Compiler<Read>): Read {
  let element: Read | undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw OFF;
    element ??= readElement(schema.values, recur);
    const given = value as Members;
    if (manner.keeps(given) && isSettled(given, element)) return given;
    const map: Members = {};
    for (const key of sortedKeys(given)) {
      const member = given[key];
      if (member !== undefined) setOwn(map, key, element(member));
    }
    return map;
  };
}

/** Whether keys and values of a map are in canonical form. (Values that are not are read again by whoever asked.) */
function isSettled(given: Members, element: Read): boolean {
  let last = '';
  for (const key in given) {
    const value = given[key];
    if (value === undefined || key < last || element(value) !== value) return false;
    last = key;
  }
  return true;
}

function readUnion(schema: Union, recur: Compiler<Read>): Read {
  const armOf = (json: string): Schema | undefined => schema.arms.find((arm) => arm.json === json)?.schema;
  const object = armOf('object');
  const list = armOf('array');
  return (value) => {
    if (typeof value === 'boolean' && schema.name === 'schemaOrBool') return value;
    if (Array.isArray(value) && list) return value.length === 0 ? null : recur(list)(value);
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && object) return recur(object)(value);
    if (schema.name === 'schemaOrBool') throw OFF;
    return null;
  };
}
