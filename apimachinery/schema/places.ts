/** What ./reader.ts must know of each place where a value stands: a field of a struct, an element of a list, a value of a map. Found once for a schema; parallel to it. */
import type { Field, Omit, Scalar, Schema, Struct, Union } from './model.ts';
import { SCALAR_READERS, UNSURE } from './scalars.ts';

/** Kinds of places: how a value is read. */
export const TEXT = 0;
export const FLAG = 1;
export const SCALAR = 2;
export const STRUCT = 3;
export const LIST = 4;
export const MAP = 5;
export const UNION = 6;
export const FREE = 7;

/** Stands for a struct in which nothing is given. */
export const ZERO_STRUCT: unique symbol = Symbol('zero struct');
const NOTHING: unique symbol = Symbol('nothing');

export interface Place {
  readonly kind: number;
  /** Of a field. */
  readonly name: string;
  /** Of a field: how many stand before it. */
  readonly at: number;
  /** What stands for null: a value, ZERO_STRUCT, or UNSURE (it does not fit); undefined: the field is left out. */
  readonly ifNull: unknown;
  /** The same for a field that is not given. */
  readonly absent: unknown;
  /** A field that is written even when it is not given. */
  readonly isAlways: boolean;
  /** Scalars: the value that is left out. */
  readonly dropped: unknown;
  /** Lists and maps: left out when empty. */
  readonly dropsEmpty: boolean;
  /** Scalars: as ScalarReader's. */
  quick(value: unknown): unknown;
  /** Structs. */
  readonly plan: Plan | undefined;
  /** Lists and maps: their elements. */
  readonly item: Place | undefined;
  /** Unions. */
  readonly arms: { readonly ofObjects: Place | undefined; readonly ofLists: Place | undefined; readonly takesFlags: boolean } | undefined;
}

/** How a struct is read. Made when the first value arrives: types contain themselves. */
export class Plan {
  readonly #schema: Struct;
  #byName: ReadonlyMap<string, Place> | undefined;
  #always: readonly Place[] = [];

  constructor(schema: Struct) {
    this.#schema = schema;
  }

  get byName(): ReadonlyMap<string, Place> {
    return this.#byName ?? this.#make();
  }

  /** The fields that are written even when they are not given, in their order. */
  get always(): readonly Place[] {
    return this.#byName ? this.#always : (this.#make(), this.#always);
  }

  #make(): ReadonlyMap<string, Place> {
    const places = [...this.#schema.fields.values()].map(fieldPlace);
    this.#always = places.filter((place) => place.isAlways);
    return (this.#byName = new Map(places.map((place) => [place.name, place])));
  }
}

const roots = new WeakMap<Schema, Place>();
const plans = new WeakMap<Struct, Plan>();

/** The place of a value that stands alone. */
export function placeOf(schema: Schema): Place {
  let place = roots.get(schema);
  if (!place) roots.set(schema, (place = newPlace(schema, { ifNull: nullAlone(schema) })));
  return place;
}

function nullAlone(schema: Schema): unknown {
  const isFree = schema.kind === 'any' || (schema.kind === 'scalar' && schema.is === 'fieldsV1') || (schema.kind === 'union' && schema.name !== 'schemaOrBool');
  return isFree ? null : UNSURE;
}

type Of = Partial<Pick<Place, 'name' | 'at' | 'ifNull' | 'absent' | 'dropped' | 'dropsEmpty'>>;

function newPlace(schema: Schema, { name = '', at = 0, ifNull, absent, dropped = NOTHING, dropsEmpty = false }: Of): Place {
  return {
    kind: kindOf(schema),
    name,
    at,
    ifNull,
    absent,
    isAlways: absent !== undefined,
    dropped,
    dropsEmpty,
    quick: schema.kind === 'scalar' && schema.is !== 'fieldsV1' ? SCALAR_READERS[schema.is].quick : itself,
    plan: schema.kind === 'struct' ? planOf(schema) : undefined,
    item: schema.kind === 'list' ? itemPlace(schema.items) : schema.kind === 'map' ? itemPlace(schema.values) : undefined,
    arms: schema.kind === 'union' ? armsOf(schema) : undefined,
  };
}

const itself = (value: unknown): unknown => value;

function kindOf(schema: Schema): number {
  switch (schema.kind) {
    case 'struct':
      return STRUCT;
    case 'list':
      return LIST;
    case 'map':
      return MAP;
    case 'union':
      return UNION;
    case 'any':
      return FREE;
    case 'scalar':
      return schema.is === 'string' ? TEXT : schema.is === 'bool' ? FLAG : schema.is === 'fieldsV1' ? FREE : SCALAR;
  }
}

function planOf(schema: Struct): Plan {
  let plan = plans.get(schema);
  if (!plan) plans.set(schema, (plan = new Plan(schema)));
  return plan;
}

function armsOf(schema: Union): Place['arms'] {
  const armOf = (json: string): Place | undefined => {
    const arm = schema.arms.find((a) => a.json === json);
    return arm && newPlace(arm.schema, { ifNull: UNSURE });
  };
  return { ofObjects: armOf('object'), ofLists: armOf('array'), takesFlags: schema.name === 'schemaOrBool' };
}

function itemPlace(schema: Schema): Place {
  if (schema.kind === 'struct') return newPlace(schema, { ifNull: ZERO_STRUCT });
  if (schema.kind !== 'scalar' || schema.is === 'fieldsV1' || schema.is === 'bytes') return newPlace(schema, { ifNull: null });
  const { zero, exactNull } = SCALAR_READERS[schema.is];
  return newPlace(schema, { ifNull: exactNull ? UNSURE : zero });
}

function fieldPlace(field: Field, at: number): Place {
  if (!field.go) throw new Error(`field ${field.name} has no Go type: a custom type inside a built-in one`);
  const { schema, name } = field;
  const { pointer, omit } = field.go;
  const of = { name, at, absent: absentValue(field, pointer, omit) };
  const none = omit === 'never' ? null : undefined;
  if (pointer) return newPlace(schema, { ...of, ifNull: none });
  switch (schema.kind) {
    case 'list':
    case 'map':
      return newPlace(schema, { ...of, ifNull: none, dropsEmpty: omit !== 'never' });
    case 'struct':
      return newPlace(schema, { ...of, ifNull: ZERO_STRUCT });
    case 'scalar':
      return schema.is === 'fieldsV1' ? newPlace(schema, { ...of, ifNull: null }) : newPlace(schema, { ...of, ...zeroOf(schema, schema.is, omit) });
    default:
      return newPlace(schema, { ...of, ifNull: omit === 'zero' ? undefined : null });
  }
}

/** What stands for null in a scalar that is no pointer, and which value is left out. */
function zeroOf(schema: Scalar, is: keyof typeof SCALAR_READERS, omit: Omit): Of {
  const { zero, isStruct, exactNull } = SCALAR_READERS[is];
  if (omit !== 'never' && !(omit === 'empty' && isStruct)) return { ifNull: undefined, dropped: zero };
  return { ifNull: exactNull ? UNSURE : schema.is === 'bytes' ? null : zero };
}

/** What encoding/json writes for a field that is not given. */
function absentValue({ schema }: Field, pointer: boolean, omit: Omit): unknown {
  if (pointer || schema.kind === 'list' || schema.kind === 'map') return omit === 'never' ? null : undefined;
  if (schema.kind === 'struct') return omit === 'zero' ? undefined : ZERO_STRUCT;
  if (schema.kind !== 'scalar') return omit === 'zero' ? undefined : null;
  if (schema.is === 'fieldsV1') return null;
  const { zero, isStruct } = SCALAR_READERS[schema.is];
  if (omit === 'zero' || (omit === 'empty' && !isStruct)) return undefined;
  return schema.is === 'bytes' ? null : zero;
}
