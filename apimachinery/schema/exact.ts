/**
 * The exact half of ./normalise.ts: walks a value in document order as upstream's decoder does, finds the error it would return and the strict errors it would collect, and cleans the value so that the quick reader accepts it.
 * Behaves like upstream sigs.k8s.io/json/internal/golang/encoding/json/decode.go.
 */
import type { JsonNotes } from '../serializer/json.ts';
import { setOwn } from '../serializer/json-parser.ts';
import { goStructName, goTypeOf, goTypeOfElement, goTypeOfField } from './go-names.ts';
import type { Field, ListOf, MapOf, Scalar, Schema, Struct, Union } from './model.ts';
import { jsonType, Mismatch, SCALAR_READERS, ValueError } from './scalars.ts';

export interface Inspection {
  /** Unknown members removed, duplicates merged, odd numbers replaced. */
  readonly value: unknown;
  readonly error?: string;
  readonly strict: readonly string[];
}

const MAX_STRICT_ERRORS = 100;

/** Where the walk stands. */
interface Place {
  /** For strict errors: `spec.containers[0]`. */
  readonly path: string;
  /** For type errors: the innermost struct's Go name, and the fields passed since the root. Empty at the root. */
  readonly struct: string;
  readonly fields: string;
  readonly goType: string;
  /** The number's own text, where it matters. */
  readonly text?: string | undefined;
}

/** Ends the walk. */
class Fatal extends Error {}

export function inspect(schema: Struct, value: unknown, notes: JsonNotes | undefined): Inspection {
  const walk = new Walk(notes);
  const cleaned = walk.start(schema, value);
  return { value: cleaned, strict: walk.strict, ...(walk.error !== undefined && { error: walk.error }) };
}

class Walk {
  readonly strict: string[] = [];
  /** The first error that did not end the walk, or the one that did. */
  error: string | undefined;
  readonly #notes: JsonNotes | undefined;
  /** Inside a type with an UnmarshalJSON of its own: nothing is strict there, and each error ends the walk. */
  #delegated = 0;

  constructor(notes: JsonNotes | undefined) {
    this.#notes = notes;
  }

  start(schema: Struct, value: unknown): unknown {
    try {
      return this.#value(schema, value, { path: '', struct: '', fields: '', goType: goTypeOf(schema) });
    } catch (error) {
      if (!(error instanceof Fatal)) throw error;
      this.error = error.message;
      return undefined;
    }
  }

  #value(schema: Schema, value: unknown, place: Place): unknown {
    switch (schema.kind) {
      case 'struct':
        return this.#struct(schema, value, place);
      case 'map':
        return this.#map(schema, value, place);
      case 'list':
        return this.#list(schema, value, place);
      case 'scalar':
        return this.#scalar(schema, value, place);
      case 'union':
        return this.#union(schema, value, place);
      case 'any':
        return this.#free(value, place);
    }
  }

  /** What has no type holds any JSON, but no number beyond all numbers: it would be lost. */
  #free(value: unknown, place: Place): unknown {
    const text = place.text ?? this.#infinite(value);
    if (text === undefined || Number.isFinite(Number(text))) return value;
    return this.#attempt(
      () => {
        throw new ValueError(`json: cannot unmarshal number ${text} into Go value of type float64`, true);
      },
      place,
      null,
    );
  }

  /** The text of the first number in it that is none. */
  #infinite(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null || this.#notes === undefined || this.#notes.numbers.size === 0) return undefined;
    for (const [key, member] of Object.entries(value)) {
      const text = typeof member === 'number' && !Number.isFinite(member) ? this.#textOf(value, Array.isArray(value) ? Number(key) : key, member) : this.#infinite(member);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #struct(schema: Struct, value: unknown, place: Place): unknown {
    if (value === null) return {};
    if (!isObject(value)) return this.#mismatch(jsonType(value), place, {});
    const cleaned: Record<string, unknown> = {};
    for (const [key, member] of this.#members(value)) {
      const field = schema.fields.get(key);
      if (!field) this.#strictError('unknown', place.path, key);
      else this.#member(cleaned, schema, field, member, place, this.#textOf(value, key, member));
    }
    return cleaned;
  }

  #member(cleaned: Record<string, unknown>, struct: Struct, field: Field, member: unknown, place: Place, text: string | undefined): void {
    const earlier = cleaned[field.name];
    if (earlier !== undefined) this.#strictError('duplicate', place.path, field.name);
    if (member === null) {
      if (isReference(field)) cleaned[field.name] = null;
      else if (earlier === undefined) cleaned[field.name] = this.#nullOf(field, place);
      return;
    }
    const read = this.#value(field.schema, member, {
      path: joined(place.path, field.name),
      struct: this.#delegated > 0 && place.struct !== '' ? place.struct : goStructName(struct),
      fields: joined(place.fields, passedFields(field)),
      goType: goTypeOfField(field),
      text,
    });
    cleaned[field.name] = merged(field.schema, earlier, read);
  }

  /** Null leaves what is no pointer as it is; only a type that reads null itself may object. */
  #nullOf(field: Field, place: Place): unknown {
    const { schema } = field;
    if (schema.kind !== 'scalar' || schema.is === 'fieldsV1') return null;
    const reader = SCALAR_READERS[schema.is];
    return reader.exactNull ? this.#attempt(() => reader.exactNull?.(), place, null) : null;
  }

  #map(schema: MapOf, value: unknown, place: Place): unknown {
    if (value === null) return null;
    if (!isObject(value)) return this.#mismatch(jsonType(value), place, {});
    const cleaned: Record<string, unknown> = {};
    const goType = goTypeOfElement(place.goType, schema.values);
    for (const [key, member] of this.#members(value)) {
      if (Object.hasOwn(cleaned, key)) this.#strictError('duplicate', place.path, key);
      setOwn(
        cleaned,
        key,
        this.#value(schema.values, member, { ...place, path: joined(place.path, key), goType, text: this.#textOf(value, key, member) }),
      );
    }
    return cleaned;
  }

  #list(schema: ListOf, value: unknown, place: Place): unknown {
    if (value === null) return null;
    if (!Array.isArray(value)) return this.#mismatch(jsonType(value), place, []);
    const goType = goTypeOfElement(place.goType, schema.items);
    return value.map((item, i) =>
      this.#value(schema.items, item, { ...place, path: `${place.path}[${i}]`, goType, text: this.#textOf(value, i, item) }),
    );
  }

  #scalar(schema: Scalar, value: unknown, place: Place): unknown {
    if (value === null || schema.is === 'fieldsV1') return value;
    const reader = SCALAR_READERS[schema.is];
    return this.#attempt(() => reader.exact(value, place.text), place, null);
  }

  /** Values with an UnmarshalJSON that decodes a part by itself. */
  #union(schema: Union, value: unknown, place: Place): unknown {
    const arm = schema.arms.find((a) => a.json === jsonType(value));
    if (!arm) {
      if (schema.name === 'schemaOrBool') throw new Fatal('boolean or JSON schema expected');
      return null;
    }
    this.#delegated++;
    const cleaned = this.#value(arm.schema, value, place);
    this.#delegated--;
    return cleaned;
  }

  #attempt(read: () => unknown, place: Place, otherwise: unknown): unknown {
    try {
      return read();
    } catch (error) {
      if (error instanceof Mismatch)
        return this.#mismatch(error.found, error.type === undefined ? place : { ...place, goType: error.type }, otherwise, error.fatal);
      if (error instanceof ValueError) return this.#save(error.message, error.fatal, otherwise);
      throw error;
    }
  }

  #mismatch(found: string, place: Place, otherwise: unknown, fatal = false): unknown {
    const where = place.fields === '' ? 'value' : `struct field ${place.struct}.${place.fields}`;
    return this.#save(`json: cannot unmarshal ${found} into Go ${where} of type ${place.goType}`, fatal, otherwise);
  }

  #save(message: string, fatal: boolean, otherwise: unknown): unknown {
    if (fatal || this.#delegated > 0) throw new Fatal(message);
    this.error ??= message;
    return otherwise;
  }

  #strictError(what: 'unknown' | 'duplicate', path: string, key: string): void {
    if (this.#delegated > 0 || this.strict.length >= MAX_STRICT_ERRORS) return;
    const problem = `${what} field ${JSON.stringify(joined(path, key))}`;
    if (!this.strict.includes(problem)) this.strict.push(problem);
  }

  #members(object: object): readonly (readonly [string, unknown])[] {
    return this.#notes?.members.get(object) ?? Object.entries(object).filter(([, member]) => member !== undefined);
  }

  #textOf(holder: object, key: string | number, value: unknown): string | undefined {
    if (typeof value !== 'number') return undefined;
    return this.#notes?.numbers.get(holder)?.get(key);
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** The name of the field after those of the embedded Go structs in which it stands. */
function passedFields(field: Field): string {
  if (field.go?.embedded !== undefined) return `${field.go.embedded}.${field.name}`;
  const isTypeMeta = (field.name === 'kind' || field.name === 'apiVersion') && field.protobuf === undefined;
  return isTypeMeta ? `TypeMeta.${field.name}` : field.name;
}

/** Null empties it; anything else keeps its earlier value. */
function isReference(field: Field): boolean {
  const { kind } = field.schema;
  return (
    field.go?.pointer === true ||
    kind === 'list' ||
    kind === 'map' ||
    kind === 'any' ||
    kind === 'union' ||
    (field.schema.kind === 'scalar' && field.schema.is === 'bytes')
  );
}

/** A member given twice: Go decodes the second into what the first left. */
function merged(schema: Schema, earlier: unknown, later: unknown): unknown {
  if (schema.kind === 'list' && Array.isArray(earlier) && Array.isArray(later))
    return later.map((item, i) => merged(schema.items, earlier[i], item));
  if (!isObject(earlier) || !isObject(later)) return later;
  if (schema.kind === 'map') return { ...earlier, ...later };
  if (schema.kind !== 'struct') return later;
  const result: Record<string, unknown> = { ...earlier };
  for (const [key, member] of Object.entries(later)) {
    const field = schema.fields.get(key);
    if (field && (member !== null || isReference(field))) result[key] = merged(field.schema, result[key], member);
  }
  return result;
}
