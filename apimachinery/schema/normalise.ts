/**
 * From a parsed value to a typed object: checks types, reports unknown and duplicate fields, and gives what Go's structs would after decoding and encoding (field order, zero values, canonical quantities, times, bytes).
 * Neighbours: ../serializer/json.ts parses, ./exact.ts finds what is wrong, ./custom.ts does the same for types without a Go struct. Behaves like upstream sigs.k8s.io/json into the types of k8s.io/api.
 */
import type { JsonObject } from '../meta.ts';
import { decodeJson, type JsonLimits, type JsonNotes } from '../serializer/json.ts';
import { decodeCustom } from './custom.ts';
import { inspect } from './exact.ts';
import type { Schema, Struct } from './model.ts';
import { readValue, Unsure, type Manner } from './reader.ts';

export interface Decoded {
  /** Fresh and mutable, but for what is shared with `base` and what `owned` lets be taken over; in canonical order. Incomplete when there are errors. */
  readonly object: JsonObject;
  /** Why the value cannot be decoded, in upstream's words (`json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type []v1.Container`). As upstream, at most one. */
  readonly errors: readonly string[];
  /** `unknown field "spec.foo"`, `duplicate field "spec.replicas"`: what fieldValidation Strict refuses, Warn reports and Ignore forgets. At most 100. */
  readonly strict: readonly string[];
}

export interface DecodeOptions {
  /** From decodeJson. */
  readonly notes?: JsonNotes | undefined;
  readonly problems?: readonly string[];
  /**
   * The value belongs to the caller, who forgets it: its free-form parts are taken over instead of copied.
   * `unfrozen`: and none of it is shared, so that parts in canonical form are taken over, too.
   * `stored`: and nobody will change the result; what is in canonical form is taken over as it is, unless it knows what was given empty, which the result does not.
   */
  readonly owned?: boolean | 'unfrozen' | 'stored';
  /**
   * A frozen object of this built-in type in canonical form, as the cacher holds one. Members of the object and of its metadata that hold what its members hold are taken from it instead of copied:
   * shared, they must not be changed.
   */
  readonly base?: object | undefined;
  /** Runs when the quick reading has not sufficed, before the exact one, which reads what it gives: may throw an error that goes before the decoder's own. */
  readonly onUnsure?: (() => unknown) | undefined;
}

const NOTHING: readonly string[] = [];
const COPYING: Manner = { copiesFree: true, keeps: false, forgetsEmptied: false };
const TAKING: Manner = { copiesFree: false, keeps: false, forgetsEmptied: false };
const UNFROZEN: Manner = { copiesFree: false, keeps: true, forgetsEmptied: false };
const STORED: Manner = { copiesFree: false, keeps: true, forgetsEmptied: true };

function mannerFor(owned: DecodeOptions['owned']): Manner {
  if (owned === 'unfrozen') return UNFROZEN;
  if (owned === 'stored') return STORED;
  return owned ? TAKING : COPYING;
}

/** Decodes a parsed or an in-process value. Never changes `value`. */
export function decodeObject(schema: Struct, value: unknown, options: DecodeOptions = {}): Decoded {
  if (schema.name === undefined) return decodeCustom(schema, value, options.notes, options.problems ?? NOTHING);
  const manner = mannerFor(options.owned);
  if (options.notes === undefined && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const object = attempt(schema, value, manner, options.base);
    if (object !== undefined) return { object, errors: NOTHING, strict: NOTHING };
  }
  const found = inspect(schema, options.onUnsure ? options.onUnsure() : value, options.notes);
  if (found.error !== undefined) return { object: {}, errors: [found.error], strict: found.strict };
  return { object: readValue(schema, found.value, manner) as JsonObject, errors: NOTHING, strict: found.strict };
}

/** Undefined: ./exact.ts must look. */
function attempt(schema: Struct, value: object, manner: Manner, base: object | undefined): JsonObject | undefined {
  try {
    return readValue(schema, value, manner, base) as JsonObject;
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}

/** decodeJson and decodeObject in one: the hot path of every request body. Throws JsonSyntaxError. */
export function decodeObjectJson(schema: Struct, bytes: Uint8Array, limits?: JsonLimits): Decoded {
  const document = decodeJson(bytes, limits);
  return decodeObject(schema, document.value, { ...document, owned: 'unfrozen' });
}

/** A part of an object (a struct, list, scalar) in canonical form, for values that are known to fit. Throws a TypeError that names the mistake. */
export function normalise(schema: Schema, value: unknown): unknown {
  const result = schema.kind === 'struct' ? decodeObject(schema, value) : { object: readValue(schema, value, COPYING), errors: NOTHING };
  if (result.errors.length > 0) throw new TypeError(result.errors[0]);
  return result.object;
}
