/** Builds the schema of a built-in type from the generated table, when it is first asked for. */
import type { Field, GoField, ListOf, Protobuf, Scalar, ScalarKind, Schema, Struct, Union } from './model.ts';
import type { FieldRow, TypeRow } from './table-row.ts';
import { KINDS, TYPE_ROWS } from './table.gen.ts';
import { apiVersionOf, type GroupVersionKind } from '../group-version.ts';

const structs = new Map<string, Struct>();
const rows = new Map<string, TypeRow>();

/** The row of a type; throws when there is no such type. For documents (OpenAPI) that need more than the model holds. */
export function builtinRow(typeName: string): TypeRow {
  let row = rows.get(typeName);
  if (!row) {
    const text = Object.hasOwn(TYPE_ROWS, typeName) ? TYPE_ROWS[typeName] : undefined;
    if (text === undefined) throw new Error(`no built-in type is named ${typeName}`);
    row = JSON.parse(text) as TypeRow;
    rows.set(typeName, row);
  }
  return row;
}

/** The schema of a built-in type by OpenAPI's name. The same node each time. */
export function builtinStruct(typeName: string): Struct {
  const known = structs.get(typeName);
  if (known) return known;
  const row = builtinRow(typeName);
  const fields = new Map<string, Field>();
  const struct: Struct = {
    kind: 'struct',
    name: typeName,
    fields,
    unknown: 'drop',
    merge: row.m === 'atomic' ? 'atomic' : 'granular',
    ...(row.u && { unions: row.u }),
  };
  structs.set(typeName, struct);
  for (const f of row.f) fields.set(f.n, lazyField(f));
  return struct;
}

/** The type name of a kind in any version that upstream decodes; undefined: unknown. */
export function builtinTypeOf(gvk: GroupVersionKind): string | undefined {
  const id = `${apiVersionOf(gvk)}, Kind=${gvk.kind}`;
  return Object.hasOwn(KINDS, id) ? KINDS[id] : undefined;
}

/** Every kind of the table. */
export function builtinKinds(): readonly string[] {
  return Object.keys(KINDS);
}

/** Builds the field's schema on first use: types contain each other and themselves. */
function lazyField(row: FieldRow): Field {
  let schema: Schema | undefined;
  const field: Field = {
    name: row.n,
    required: row.r === 1,
    get schema() {
      schema ??= schemaOf(row.t, row);
      return schema;
    },
    go: goField(row),
    ...(row.b !== undefined && { protobuf: protobufOf(row) }),
    ...(row.ps !== undefined && { patch: patchOf(row) }),
    ...(row.d !== undefined && { default: row.d }),
    ...(row.e !== undefined && { enum: row.e }),
  };
  return field;
}

function goField(row: FieldRow): GoField {
  return {
    pointer: row.p === 1,
    omit: row.o === 'n' ? 'never' : row.o === 'z' ? 'zero' : 'empty',
    ...(row.gt !== undefined && { type: row.gt }),
    ...(row.ge !== undefined && { embedded: row.ge }),
  };
}

function protobufOf(row: FieldRow): Protobuf {
  const wrapped = row.x === 1 || row.t.startsWith('map[string][]');
  return { number: row.b ?? 0, ...(row.w !== undefined && { within: row.w }), ...(wrapped && { wrapped: 'items' }) };
}

function patchOf(row: FieldRow): NonNullable<Field['patch']> {
  const strategies = (row.ps ?? '').split(',') as NonNullable<Field['patch']>['strategies'];
  return { strategies, ...(row.pk !== undefined && { mergeKey: row.pk }) };
}

const SCALARS = new Set<string>([
  'string',
  'bool',
  'int32',
  'int64',
  'double',
  'bytes',
  'quantity',
  'time',
  'microTime',
  'duration',
  'intOrString',
  'fieldsV1',
]);
const scalars = new Map<string, Scalar>();

function scalar(is: string): Scalar {
  let node = scalars.get(is);
  if (!node) scalars.set(is, (node = { kind: 'scalar', is: is as ScalarKind }));
  return node;
}

function schemaOf(type: string, row: FieldRow): Schema {
  if (type.startsWith('[]'))
    return { kind: 'list', items: elementOf(type.slice(2), row), merge: mergeOf(row), declared: row.l !== undefined };
  if (type.startsWith('map[string]'))
    return { kind: 'map', values: elementOf(type.slice(11), row), merge: row.m === 'atomic' ? 'atomic' : 'granular' };
  if (SCALARS.has(type)) return scalar(type);
  if (type === 'raw') return { kind: 'any' };
  if (type.startsWith('schemaOr')) return unionOf(type as Union['name']);
  return mergedAs(builtinStruct(type), row);
}

/** A struct-typed field may itself be declared atomic (a label selector) or granular (a claim's reference): then it needs a node of its own. */
function mergedAs(struct: Struct, row: FieldRow): Struct {
  return (row.m === 'atomic' || row.m === 'granular') && struct.merge !== row.m ? { ...struct, merge: row.m } : struct;
}

function elementOf(type: string, row: FieldRow): Schema {
  return schemaOf(type, { n: row.n, t: type, ...(row.ie && { e: row.ie }) });
}

function mergeOf(row: FieldRow): ListOf['merge'] {
  if (row.l === 'map') return { keys: row.k ?? [] };
  return row.l === 'set' ? 'set' : 'atomic';
}

const unions = new Map<string, Union>();

function unionOf(name: Union['name']): Union {
  let union = unions.get(name);
  if (!union) {
    const props = builtinStruct('io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps');
    const arms: Record<Union['name'], Union['arms']> = {
      schemaOrBool: [
        { json: 'bool', schema: scalar('bool'), protobuf: { number: 1 } },
        { json: 'object', schema: props, protobuf: { number: 2 } },
      ],
      schemaOrArray: [
        { json: 'object', schema: props, protobuf: { number: 1 } },
        { json: 'array', schema: { kind: 'list', items: props, merge: 'atomic', declared: false }, protobuf: { number: 2 } },
      ],
      schemaOrStrings: [
        { json: 'object', schema: props, protobuf: { number: 1 } },
        { json: 'array', schema: { kind: 'list', items: scalar('string'), merge: 'atomic', declared: false }, protobuf: { number: 2 } },
      ],
    };
    unions.set(name, (union = { kind: 'union', name, arms: arms[name] }));
  }
  return union;
}
