/**
 * Objects of one shape own the same fields: what ./created-fields.ts found for one is kept for the next, as pods of one template are created by the thousand.
 * The shape is all that ownership can depend on: names of members in their order, kinds of values, identities of list elements.
 */
import { encodeOnce } from '../../serializer/json-writer.ts';
import { deduce, handling, isEmptyMap, isMap, memberAtom, type Atom, type ListAtom, type MapAtom } from './atom.ts';
import { createdFields } from './created-fields.ts';
import type { FieldSet } from './field-set.ts';

type FieldsV1 = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, unknown>>;

type Kind = 'scalar' | 'exact' | 'other' | 'null' | 'empty list' | 'empty map' | 'some list' | 'some map' | 'list' | 'map';

interface Shape {
  readonly kind: Kind;
  /** Where the type holds a scalar already: exact: that one; other: another. */
  readonly value: unknown;
  /** map: names of members; list: what identifies each element. */
  readonly names: readonly unknown[];
  readonly below: readonly Shape[];
}

const NOTHING: readonly never[] = [];
const plain = (kind: Kind, value?: unknown): Shape => ({ kind, value, names: NOTHING, below: NOTHING });
const [SCALAR, NULL, EMPTY_LIST, EMPTY_MAP, SOME_LIST, SOME_MAP] = (['scalar', 'null', 'empty list', 'empty map', 'some list', 'some map'] as const).map((kind) => plain(kind)) as [Shape, Shape, Shape, Shape, Shape, Shape];

/** Thrown where a value's ownership depends on more. */
class Shapeless extends Error {}

/** `left`: what the type holds before anything is written. */
function shapeOf(atom: Atom, left: unknown, right: unknown): Shape {
  if (right === null) return NULL;
  if (typeof right !== 'object') return scalarShape(left, right);
  const how = handling(deduce(atom, right));
  if (Array.isArray(right)) {
    if (right.length === 0) return EMPTY_LIST;
    return how === 'list' && atom.list && !atom.list.isAtomic ? listShape(atom.list, right) : whole(SOME_LIST, left);
  }
  if (isEmptyMap(right)) return EMPTY_MAP;
  return how === 'map' && atom.map && !atom.map.isAtomic ? mapShape(atom.map, isMap(left) ? left : {}, right as Members) : whole(SOME_MAP, left);
}

function scalarShape(left: unknown, right: unknown): Shape {
  if (left === undefined || left === null) return SCALAR;
  if (typeof left !== typeof right) throw new Shapeless();
  return plain(left === right ? 'exact' : 'other', left);
}

/** Owned as one, whatever it holds. */
function whole(shape: Shape, left: unknown): Shape {
  if (left !== undefined && left !== null) throw new Shapeless();
  return shape;
}

function mapShape(map: MapAtom, left: Members, right: Members): Shape {
  const names: string[] = [];
  const below: Shape[] = [];
  for (const name in right) {
    const value = right[name];
    if (value === undefined) continue;
    names.push(name);
    below.push(shapeOf(memberAtom(map, name), Object.hasOwn(left, name) ? left[name] : undefined, value));
  }
  return { kind: 'map', value: undefined, names, below };
}

function listShape(list: ListAtom, items: readonly unknown[]): Shape {
  const names = items.map((item) => (list.keys.length === 0 ? identity(item) : list.keys.flatMap((key) => [key, isMap(item) ? identity(item[key]) : undefined])));
  return { kind: 'list', value: undefined, names, below: items.map((item) => shapeOf(list.element, undefined, item)) };
}

function identity(value: unknown): unknown {
  if (typeof value === 'object') throw new Shapeless();
  return value;
}

function fits(shape: Shape, value: unknown): boolean {
  switch (shape.kind) {
    case 'scalar':
      return typeof value !== 'object';
    case 'exact':
      return value === shape.value;
    case 'other':
      return typeof value === typeof shape.value && value !== shape.value;
    case 'null':
      return value === null;
    case 'map':
      return isMap(value) && fitsMap(shape, value);
    case 'list':
      return Array.isArray(value) && fitsList(shape, value);
    case 'empty list':
    case 'some list':
      return Array.isArray(value) && (value.length === 0) === (shape === EMPTY_LIST);
    default:
      return isMap(value) && isEmptyMap(value) === (shape === EMPTY_MAP);
  }
}

function fitsMap({ names, below }: Shape, map: Members): boolean {
  let i = 0;
  for (const name in map) {
    const value = map[name];
    if (value === undefined) continue;
    if (names[i] !== name || !fits(below[i] as Shape, value)) return false;
    i++;
  }
  return i === names.length;
}

function fitsList({ names, below }: Shape, items: readonly unknown[]): boolean {
  if (items.length !== below.length) return false;
  for (let i = 0; i < items.length; i++) if (!isIdentified(names[i], items[i]) || !fits(below[i] as Shape, items[i])) return false;
  return true;
}

/** `name`: of a set the element; else its keys, each with its value. */
function isIdentified(name: unknown, item: unknown): boolean {
  if (!Array.isArray(name)) return item === name;
  if (!isMap(item)) return false;
  for (let k = 0; k < name.length; k += 2) if (item[name[k] as string] !== name[k + 1]) return false;
  return true;
}

/** What was found for a type, the last used first. */
interface Known {
  readonly reset: FieldSet | undefined;
  readonly shapes: { readonly shape: Shape; readonly fields: FieldsV1 | undefined }[];
  misses: number;
}

const KEPT = 4;
/** Of shapes that are new every n-th is kept: a shape that comes often is met soon. */
const EVERY = 8;
const known = new WeakMap<Atom, Known[]>();

function knownOf(atom: Atom, reset: FieldSet | undefined): Known {
  const all = known.get(atom) ?? [];
  if (all.length === 0) known.set(atom, all);
  let one = all.find((k) => k.reset === reset);
  if (!one) all.push((one = { reset, shapes: [], misses: 0 }));
  return one;
}

/** createdFields, for many objects of few shapes: `empty` and `stripped` are always the same for a type. */
export function createdFieldsByShape(atom: Atom, empty: Members, next: Members, stripped: FieldSet, reset: FieldSet | undefined): FieldsV1 | undefined {
  const one = knownOf(atom, reset);
  const { shapes } = one;
  for (let i = 0; i < shapes.length; i++) {
    const candidate = shapes[i] as Known['shapes'][number];
    if (!fits(candidate.shape, next)) continue;
    if (i > 0) shapes.unshift(...shapes.splice(i, 1));
    return candidate.fields;
  }
  const fields = createdFields(atom, empty, next, stripped, reset);
  if (one.misses++ % EVERY === 0) keep(one, atom, empty, next, fields);
  return fields;
}

function keep({ shapes }: Known, atom: Atom, empty: Members, next: Members, fields: FieldsV1 | undefined): void {
  try {
    shapes.unshift({ shape: shapeOf(atom, empty, next), fields });
    if (fields) encodeOnce(fields);
    if (shapes.length > KEPT) shapes.pop();
  } catch (error) {
    if (!(error instanceof Shapeless)) throw error;
  }
}
