/**
 * Decoding of objects that have no Go struct: custom resources. Only metadata is typed; the rest is pruned by the schema, and judged later by validation.
 * Neighbours: ./object-meta.ts and ./embedded.ts type metadata. Behaves like upstream apiextensions-apiserver pkg/apiserver (unstructuredSchemaCoercer).
 */
import type { JsonObject } from '../meta.ts';
import type { JsonNotes } from '../serializer/json.ts';
import { Path } from '../validation/field.ts';
import { sortedCopy } from './copy.ts';
import { coerceEmbedded } from './embedded.ts';
import type { Struct } from './model.ts';
import { typedMeta } from './object-meta.ts';
import { prune, pruneNulls } from './prune.ts';
import { jsonType } from './scalars.ts';

export interface CustomDecoded {
  readonly object: JsonObject;
  readonly errors: readonly string[];
  readonly strict: readonly string[];
}

/** `duplicates`: what the JSON parser reports for values without a schema. */
export function decodeCustom(schema: Struct, value: unknown, notes: JsonNotes | undefined, duplicates: readonly string[]): CustomDecoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { object: {}, errors: [`json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`], strict: [] };
  }
  const object = sortedCopy(value) as JsonObject;
  const unknown: string[] = [];
  const found = coerceMeta(object, value, notes, unknown);
  if (found !== undefined) return { object, errors: [found], strict: [...duplicates] };
  unknown.push(...prune(schema, object));
  pruneNulls(schema, object);
  const embedded: string[] = [];
  const invalid = coerceEmbedded(schema, object, Path.ROOT, embedded);
  unknown.push(...embedded.sort());
  return { object, errors: invalid ? [`${invalid.field}: ${invalid.message}`] : [], strict: [...duplicates, ...unknown.map((path) => `unknown field "${path}"`)] };
}

/** Types `object.metadata`. `given`: the object before it was copied, which the parser's notes are of. Returns the error. */
function coerceMeta(object: JsonObject, given: object, notes: JsonNotes | undefined, unknown: string[]): string | undefined {
  if (!Object.hasOwn(object, 'metadata')) return undefined;
  const typed = typedMeta((given as JsonObject)['metadata'], notes);
  if (typeof typed === 'string') return typed;
  object['metadata'] = typed.meta as JsonObject;
  unknown.push(...typed.unknown.map((field) => `metadata.${field}`));
  return undefined;
}
