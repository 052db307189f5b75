/** How the fields of a type are merged by strategic merge patches. Behaves like upstream apimachinery/pkg/util/strategicpatch/meta.go. */
import { goQuote } from '../go-text.ts';
import type { Field, Schema, Struct, Union } from '../schema/model.ts';
import { failed } from './strategic-error.ts';

export interface PatchMeta {
  /** Of the field; of the elements where a list was asked for. */
  readonly schema: Schema;
  /** '' is: by value. retainKeys is told by the patch itself. */
  readonly strategy: '' | 'merge' | 'replace';
  readonly mergeKey: string;
}

const UNIONS: Readonly<Record<Union['name'], string>> = {
  schemaOrBool: 'JSONSchemaPropsOrBool',
  schemaOrArray: 'JSONSchemaPropsOrArray',
  schemaOrStrings: 'JSONSchemaPropsOrStringArray',
};

/** Throws a 500 StatusError where the type has no such field. */
export function lookupField(schema: Schema, name: string): PatchMeta {
  if (schema.kind === 'map') throw notStruct('map');
  if (schema.kind === 'list') throw notStruct('slice');
  const struct = schema.kind === 'struct' ? schema : undefined;
  const field = struct && findField(struct, name);
  if (!field) throw failed(`unable to find api field in struct ${typeName(schema)} for the json field ${goQuote(name)}`);
  const strategies = field.patch?.strategies ?? [];
  const strategy = strategies.find((s) => s !== 'retainKeys') ?? '';
  return { schema: field.schema, strategy, mergeKey: field.patch?.mergeKey ?? '' };
}

const notStruct = (kind: string): Error => failed(`merging an object in json but data type is not struct, instead is: ${kind}`);

/** As lookupField, of the field's elements. */
export function lookupList(schema: Schema, name: string): PatchMeta {
  const meta = lookupField(schema, name);
  if (meta.schema.kind !== 'list') throw failed(`expected slice or array type, but got: ${schema.kind === 'map' ? 'map' : 'struct'}`);
  if (meta.schema.items.kind === 'list') throw failed('unexpected slice of slice');
  return { ...meta, schema: meta.schema.items };
}

/** As Go decodes: the exact name, else one that differs in case only. */
function findField(struct: Struct, name: string): Field | undefined {
  const exact = struct.fields.get(name);
  if (exact) return exact;
  const lower = name.toLowerCase();
  for (const field of struct.fields.values()) if (field.name.toLowerCase() === lower) return field;
  return undefined;
}

/** The name of the Go type. */
function typeName(schema: Schema): string {
  if (schema.kind === 'struct') return schema.name?.split('.').at(-1) ?? '';
  if (schema.kind === 'union') return UNIONS[schema.name];
  return schema.kind === 'any' ? 'RawExtension' : '';
}

/** reflect.Kind of a list's elements, as messages name it. */
export function kindText(schema: Schema): string {
  const scalars: Readonly<Record<string, string>> = { bool: 'bool', int32: 'int32', int64: 'int64', double: 'float64', string: 'string' };
  if (schema.kind === 'map') return 'map';
  return schema.kind === 'scalar' ? (scalars[schema.is] ?? 'struct') : 'struct';
}
