/**
 * Decoding of objects that have no Go struct: custom resources. Only metadata is typed; the rest is pruned by the schema, and judged later by validation.
 * Behaves like upstream apiextensions-apiserver pkg/apiserver (unstructuredSchemaCoercer) and pkg/apiserver/schema/objectmeta.
 */
import type { JsonObject } from '../meta.ts';
import type { JsonNotes } from '../serializer/json.ts';
import { builtinStruct } from './builtin.ts';
import { sortedCopy } from './copy.ts';
import { inspect } from './exact.ts';
import type { Schema, Struct } from './model.ts';
import { prune, pruneNulls } from './prune.ts';
import { readValue, Unsure, type Manner } from './reader.ts';
import { jsonType } from './scalars.ts';

export interface CustomDecoded {
  readonly object: JsonObject;
  readonly errors: readonly string[];
  readonly strict: readonly string[];
}

const TAKING: Manner = { copiesFree: false, keeps: false, forgetsEmptied: false };
const objectMeta = (): Struct => builtinStruct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/** `duplicates`: what the JSON parser reports for values without a schema. */
export function decodeCustom(schema: Struct, value: unknown, notes: JsonNotes | undefined, duplicates: readonly string[]): CustomDecoded {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { object: {}, errors: [`json: cannot unmarshal ${jsonType(value)} into Go value of type map[string]interface {}`], strict: [] };
  }
  const object = sortedCopy(value) as JsonObject;
  const strict = [...duplicates];
  const found = coerceMeta(object, value, '', notes, strict);
  if (found !== undefined) return { object, errors: [found], strict };
  for (const path of prune(schema, object)) strict.push(unknownField(path));
  pruneNulls(schema, object);
  const embedded: string[] = [];
  const invalid = coerceEmbedded(schema, object, '', embedded);
  strict.push(...embedded.sort());
  return { object, errors: invalid === undefined ? [] : [invalid], strict };
}

const unknownField = (path: string): string => `unknown field "${path}"`;
const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** Types `object.metadata`. `given`: the holder before it was copied, for the parser's notes. Returns the error. */
function coerceMeta(object: JsonObject, given: object, path: string, notes: JsonNotes | undefined, strict: string[]): string | undefined {
  if (!Object.hasOwn(object, 'metadata')) return undefined;
  const inspected = quickMeta(object['metadata']);
  if (inspected !== undefined) {
    object['metadata'] = inspected;
    return undefined;
  }
  const found = inspect(objectMeta(), (given as JsonObject)['metadata'], notes);
  if (found.error !== undefined) return found.error;
  for (const problem of found.strict) {
    const field = /^unknown field "(.*)"$/.exec(problem)?.[1];
    if (field !== undefined) strict.push(unknownField(`${joined(path, 'metadata')}.${field}`));
  }
  object['metadata'] = quickMeta(found.value) ?? {};
  return undefined;
}

function quickMeta(value: unknown): unknown {
  try {
    return sortedCopy(readValue(objectMeta(), value, TAKING));
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}

/** Types the metadata of x-kubernetes-embedded-resource. Returns the first error, in the words of field errors. */
function coerceEmbedded(schema: Schema, value: unknown, path: string, strict: string[], isRoot = true): string | undefined {
  if (Array.isArray(value))
    return schema.kind === 'list'
      ? firstError(
          value.map((item, i) => [schema.items, item, `${path}[${i}]`] as const),
          strict,
        )
      : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const object = value as JsonObject;
  if (!isRoot && (schema.kind === 'struct' || schema.kind === 'any') && schema.embeddedResource) {
    const error = coerceResource(object, path, strict);
    if (error !== undefined) return error;
  }
  const parts = Object.keys(object).map((key) => [memberSchema(schema, key), object[key], joined(path, key)] as const);
  return firstError(parts, strict);
}

function firstError(parts: readonly (readonly [Schema | undefined, unknown, string])[], strict: string[]): string | undefined {
  for (const [schema, value, path] of parts) {
    const error = schema && coerceEmbedded(schema, value, path, strict, false);
    if (error !== undefined) return error;
  }
  return undefined;
}

function memberSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.kind === 'map') return schema.values;
  if (schema.kind !== 'struct') return undefined;
  return schema.fields.get(key)?.schema ?? (typeof schema.unknown === 'object' ? schema.unknown : undefined);
}

function coerceResource(object: JsonObject, path: string, strict: string[]): string | undefined {
  for (const key of ['apiVersion', 'kind']) {
    if (Object.hasOwn(object, key) && typeof object[key] !== 'string')
      return `${joined(path, key)}: Invalid value: ${JSON.stringify(object[key])}: must be a string`;
  }
  const error = coerceMeta(object, object, path, undefined, strict);
  return error === undefined ? undefined : `${joined(path, 'metadata')}: Invalid value: ${JSON.stringify(object['metadata'])}: ${error}`;
}
