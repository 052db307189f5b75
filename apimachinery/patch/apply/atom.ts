/**
 * Schemas as structured merges see them: a value may be a scalar, a list, a map, or several of these.
 * Behaves like upstream kube-openapi/pkg/schemaconv and structured-merge-diff's schema package.
 */
import type { Field, Schema, Struct } from '../../schema/model.ts';
import { fieldElement, type PathElement } from './path-element.ts';

export type ScalarType = 'numeric' | 'string' | 'boolean' | 'untyped';

export interface Atom {
  readonly scalar?: ScalarType;
  readonly list?: ListAtom;
  readonly map?: MapAtom;
}

export interface ListAtom {
  readonly isAtomic: boolean;
  /** Empty: a set of scalars. */
  readonly keys: readonly string[];
  readonly element: Atom;
}

export interface FieldAtom {
  readonly element: PathElement;
  readonly atom: Atom;
  readonly default: unknown;
}

export interface MapAtom {
  readonly isAtomic: boolean;
  /** Declared ones. */
  readonly fields: ReadonlyMap<string, FieldAtom>;
  /** Of all other members; absent: there may be none. */
  readonly element?: Atom;
  /** Declares nothing: how it is merged is deduced from the value. */
  readonly isDeduced: boolean;
}

const NO_FIELDS: ReadonlyMap<string, FieldAtom> = new Map();

/** Everything in it is one leaf. */
const UNTYPED: Atom = (() => {
  const atom: { scalar: ScalarType; list?: ListAtom; map?: MapAtom } = { scalar: 'untyped' };
  atom.list = { isAtomic: true, keys: [], element: atom };
  atom.map = { isAtomic: true, fields: NO_FIELDS, element: atom, isDeduced: false };
  return atom;
})();

/** Maps are merged by member, lists are leaves. */
export const DEDUCED: Atom = (() => {
  const atom: { scalar: ScalarType; list: ListAtom; map?: MapAtom } = {
    scalar: 'untyped',
    list: { isAtomic: true, keys: [], element: UNTYPED },
  };
  atom.map = { isAtomic: false, fields: NO_FIELDS, element: atom, isDeduced: true };
  return atom;
})();

const UNTYPED_SCALAR: Atom = { scalar: 'untyped' };
const SCALARS: Readonly<Record<string, Atom>> = {
  string: { scalar: 'string' },
  bytes: { scalar: 'string' },
  duration: { scalar: 'string' },
  bool: { scalar: 'boolean' },
  int32: { scalar: 'numeric' },
  int64: { scalar: 'numeric' },
  double: { scalar: 'numeric' },
  intOrString: DEDUCED,
  fieldsV1: { map: { isAtomic: false, fields: NO_FIELDS, element: DEDUCED, isDeduced: true } },
};

/** What a schema inherits from those around it. */
interface Context {
  /** Within x-kubernetes-preserve-unknown-fields. */
  readonly keepsUnknown: boolean;
  /** What a value without declared type is. */
  readonly any: Atom;
}

const CUSTOM: Context = { keepsUnknown: false, any: DEDUCED };
const CUSTOM_KEEPING: Context = { keepsUnknown: true, any: DEDUCED };
/** A RawExtension. */
const RAW: Context = { keepsUnknown: false, any: UNTYPED };

const compiled = new Map<Context, WeakMap<Schema, Atom>>(
  [CUSTOM, CUSTOM_KEEPING, RAW].map((context) => [context, new WeakMap<Schema, Atom>()]),
);

/** Of a whole object's type. Compiled once per schema. */
export function atomOf(schema: Schema): Atom {
  return compile(schema, CUSTOM);
}

function compile(schema: Schema, around: Context): Atom {
  const context = contextOf(schema, around);
  const memo = compiled.get(context);
  const known = memo?.get(schema);
  if (known) return known;
  const atom = atomWithin(schema, context);
  memo?.set(schema, atom);
  return atom;
}

function contextOf(schema: Schema, around: Context): Context {
  if (schema.kind !== 'struct') return around;
  if (schema.name !== undefined) return schema.name.startsWith('io.k8s.apiextensions-apiserver.') ? CUSTOM : RAW;
  return schema.unknown === 'keep' ? CUSTOM_KEEPING : around;
}

function atomWithin(schema: Schema, context: Context): Atom {
  switch (schema.kind) {
    case 'struct':
      return { map: structAtom(schema, context) };
    case 'map':
      return {
        map: lazyElement({ isAtomic: schema.merge === 'atomic', fields: NO_FIELDS, isDeduced: false }, () =>
          compile(schema.values, context),
        ),
      };
    case 'list':
      return { list: listAtom(schema.merge, () => compile(schema.items, context)) };
    case 'scalar':
      return isPlainText(schema.is, schema.format) ? (SCALARS[schema.is] ?? UNTYPED_SCALAR) : UNTYPED_SCALAR;
    case 'union':
      return DEDUCED;
    case 'any':
      return context.any;
  }
}

/** A custom resource's text of another format than bytes may be written as any scalar. */
function isPlainText(is: string, format: string | undefined): boolean {
  return is !== 'string' || format === undefined || format === 'byte';
}

function structAtom(struct: Struct, context: Context): MapAtom {
  const fields = new Map<string, FieldAtom>();
  for (const field of struct.fields.values()) fields.set(field.name, new LazyField(field, context));
  const bare = { isAtomic: struct.merge === 'atomic', fields, isDeduced: false };
  const { unknown } = struct;
  if (typeof unknown === 'object') return lazyElement(bare, () => compile(unknown, context));
  const isOpen = unknown === 'keep' || context.keepsUnknown || struct.fields.size === 0;
  return isOpen ? { ...bare, element: DEDUCED, isDeduced: fields.size === 0 } : bare;
}

function lazyElement(map: Omit<MapAtom, 'element'>, make: () => Atom): MapAtom {
  let element: Atom | undefined;
  return Object.defineProperty({ ...map }, 'element', { enumerable: true, get: () => (element ??= make()) });
}

function listAtom(merge: 'atomic' | 'set' | { readonly keys: readonly string[] }, make: () => Atom): ListAtom {
  let element: Atom | undefined;
  return {
    isAtomic: merge === 'atomic',
    keys: typeof merge === 'object' ? [...merge.keys].sort() : [],
    get element() {
      return (element ??= make());
    },
  };
}

/** Types contain each other: a field's type is compiled when it is first met. */
class LazyField implements FieldAtom {
  readonly element: PathElement;
  readonly default: unknown;
  readonly #field: Field;
  readonly #context: Context;
  #atom: Atom | undefined;

  constructor(field: Field, context: Context) {
    this.element = fieldElement(field.name);
    this.#field = field;
    this.#context = context;
    this.default = field.default ?? defaultOf(field);
  }

  get atom(): Atom {
    return (this.#atom ??= this.#compile());
  }

  #compile(): Atom {
    const { schema, patch } = this.#field;
    if (schema.kind !== 'list' || schema.declared !== false || !patch?.strategies.includes('merge')) return compile(schema, this.#context);
    const keys = patch.mergeKey === undefined ? 'set' : { keys: [patch.mergeKey] };
    return { list: listAtom(keys, () => compile(schema.items, this.#context)) };
  }
}

/** A custom resource's default stands on the schema itself; a built-in's schema is not asked, types may be recursive. */
function defaultOf(field: Field): unknown {
  return field.go === undefined ? field.schema.default : undefined;
}

const MAP = 1;
const SCALAR = 2;
const LIST = 4;
/** Which kinds are still possible. */
export type Shape = number;

const shapes = new WeakMap<Atom, Shape>();

function shapeOf(atom: Atom): Shape {
  let shape = shapes.get(atom);
  if (shape === undefined) {
    shape = (atom.map ? MAP : 0) + (atom.scalar ? SCALAR : 0) + (atom.list ? LIST : 0);
    shapes.set(atom, shape);
  }
  return shape;
}

/** Narrowed to the kind of the value where the type allows that kind; null and absent values narrow nothing. */
export function deduce(atom: Atom, value: unknown): Shape {
  const all = shapeOf(atom);
  if (value === undefined || value === null) return all;
  const kind = typeof value !== 'object' ? SCALAR : Array.isArray(value) ? LIST : MAP;
  return (all & kind) === 0 ? all : kind;
}

/** As what a value of this shape is handled. Throws for a type that allows nothing. */
export function handling(shape: Shape): 'map' | 'scalar' | 'list' {
  if ((shape & MAP) !== 0) return 'map';
  if ((shape & SCALAR) !== 0) return 'scalar';
  if ((shape & LIST) !== 0) return 'list';
  throw new Error('schema error: invalid atom: inlined');
}

const NOTHING: Atom = {};

/** Of a member of a map; a type that allows nothing where none is declared. */
export function memberAtom(map: MapAtom, name: string): Atom {
  return map.fields.get(name)?.atom ?? map.element ?? NOTHING;
}

export function memberElement(map: MapAtom, name: string): PathElement {
  return map.fields.get(name)?.element ?? fieldElement(name);
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isEmptyMap = (map: object): boolean => {
  for (const name in map) if ((map as Record<string, unknown>)[name] !== undefined) return false;
  return true;
};
