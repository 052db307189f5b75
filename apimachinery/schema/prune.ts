/** Removal of what a custom resource's schema does not know. Behaves like upstream apiextensions-apiserver pkg/apiserver/schema/pruning and defaulting/prune.go. */
import type { JsonObject } from '../meta.ts';
import type { Schema, Struct } from './model.ts';

const META = new Set(['apiVersion', 'kind', 'metadata']);
const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Removes unknown fields of a whole object in place; apiVersion, kind and metadata are implied at the root. Returns the paths of what was removed (`spec.foo[0].bar`), sorted. */
export function prune(schema: Struct, object: JsonObject): string[] {
  const removed: string[] = [];
  pruneObject(object, { ...schema, embeddedResource: true }, '', removed);
  return removed.sort();
}

/** No schema: nothing below is known. */
function pruneValue(value: unknown, schema: Schema | undefined, path: string, removed: string[]): void {
  if (schema?.kind === 'any') return;
  if (Array.isArray(value)) {
    const items = schema?.kind === 'list' ? schema.items : undefined;
    if (schema?.kind === 'struct' && schema.unknown === 'keep') return;
    value.forEach((item, i) => pruneValue(item, items, `${path}[${i}]`, removed));
  } else if (isObject(value)) pruneObject(value, schema, path, removed);
}

function pruneObject(object: JsonObject, schema: Schema | undefined, path: string, removed: string[]): void {
  const embedded = schema?.kind === 'struct' && schema.embeddedResource === true;
  for (const key of Object.keys(object)) {
    if (embedded && META.has(key)) continue;
    const at = path === '' ? key : `${path}.${key}`;
    const member = schema && memberOf(schema, key);
    if (member === 'drop' || member === undefined) {
      if (!META.has(key) || path !== '') removed.push(at);
      delete object[key];
    } else if (member !== 'keep') pruneValue(object[key], member, at, removed);
  }
}

function memberOf(schema: Schema, key: string): Schema | 'keep' | 'drop' {
  if (schema.kind === 'map') return schema.values;
  if (schema.kind !== 'struct') return schema.kind === 'any' ? 'keep' : 'drop';
  return schema.fields.get(key)?.schema ?? schema.unknown;
}

/** Removes nulls from members whose schema is neither nullable nor has a default, in place. */
export function pruneNulls(schema: Schema | undefined, value: unknown): void {
  if (Array.isArray(value)) {
    for (const item of value) pruneNulls(schema?.kind === 'list' ? schema.items : undefined, item);
    return;
  }
  if (!isObject(value) || !schema) return;
  for (const key of Object.keys(value)) {
    const member = declaredMember(schema, key);
    if (value[key] === null && member && member.nullable !== true && member.default === undefined) delete value[key];
    else pruneNulls(member, value[key]);
  }
}

/** What the schema's author says of a member: nothing of implied ones, whose values are typed by themselves. */
function declaredMember(schema: Schema, key: string): Schema | undefined {
  if (schema.kind === 'map') return schema.values;
  const field = schema.kind === 'struct' ? schema.fields.get(key) : undefined;
  if (field?.declared !== undefined) return field.declared ?? undefined;
  return field?.schema ?? (schema.kind === 'struct' && typeof schema.unknown === 'object' ? schema.unknown : undefined);
}
