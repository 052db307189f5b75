/** Types what a custom resource's schema declares as resources within it (x-kubernetes-embedded-resource). Beside ./custom.ts. Behaves like upstream apiextensions-apiserver pkg/apiserver/schema/objectmeta/algorithm.go. */
import type { JsonObject } from '../meta.ts';
import { invalid, type FieldError, type Path } from '../validation/field.ts';
import type { Schema } from './model.ts';
import { typedMeta } from './object-meta.ts';

/** Types their metadata in place. Returns the first mistake; `unknown` takes the paths of members that no metadata has. */
export function coerceEmbedded(schema: Schema, value: unknown, path: Path, unknown: string[]): FieldError | undefined {
  if (typeof value !== 'object' || value === null || !holdsEmbedded(schema)) return undefined;
  if (Array.isArray(value)) return schema.kind === 'list' ? first(value.map((item, i) => () => coerceEmbedded(schema.items, item, path.index(i), unknown))) : undefined;
  const object = value as JsonObject;
  return (isEmbedded(schema) ? coerceResource(object, path, unknown) : undefined) ?? coerceMembers(schema, object, path, unknown);
}

const isEmbedded = (schema: Schema): boolean => schema.kind === 'struct' && schema.embeddedResource === true;

function first(looks: readonly (() => FieldError | undefined)[]): FieldError | undefined {
  for (const look of looks) {
    const error = look();
    if (error) return error;
  }
  return undefined;
}

function coerceMembers(schema: Schema, object: JsonObject, path: Path, unknown: string[]): FieldError | undefined {
  const looks = Object.keys(object).map((key) => () => {
    const property = schema.kind === 'struct' ? schema.fields.get(key) : undefined;
    const rest = restOf(schema);
    if (property) return coerceEmbedded(property.schema, object[key], path.child(key), unknown);
    return rest && coerceEmbedded(rest, object[key], path.key(key), unknown);
  });
  return first(looks);
}

function restOf(schema: Schema): Schema | undefined {
  if (schema.kind === 'map') return schema.values;
  return schema.kind === 'struct' && typeof schema.unknown === 'object' ? schema.unknown : undefined;
}

function coerceResource(object: JsonObject, path: Path, unknown: string[]): FieldError | undefined {
  for (const key of ['apiVersion', 'kind']) if (object[key] !== undefined && typeof object[key] !== 'string') return invalid(path.child(key), object[key], 'must be a string');
  const given = object['metadata'];
  if (given === undefined) return undefined;
  const at = path.child('metadata');
  const typed = typedMeta(given, undefined);
  if (typeof typed === 'string') return invalid(at, given, typed);
  object['metadata'] = typed.meta;
  unknown.push(...typed.unknown.map((field) => `${at.toString()}.${field}`));
  return undefined;
}

const known = new WeakMap<Schema, boolean>();

/** Whether there is anything to type: in most schemas there is not. */
function holdsEmbedded(schema: Schema): boolean {
  let found = known.get(schema);
  if (found === undefined) known.set(schema, (found = isEmbedded(schema) || partsOf(schema).some(holdsEmbedded)));
  return found;
}

/** Built-in types hold none. */
function partsOf(schema: Schema): readonly Schema[] {
  if (schema.kind === 'list') return [schema.items];
  if (schema.kind === 'map') return [schema.values];
  if (schema.kind !== 'struct' || schema.name !== undefined) return [];
  return [...[...schema.fields.values()].map((field) => field.schema), ...(typeof schema.unknown === 'object' ? [schema.unknown] : [])];
}
