/** Why a patched document does not fit its type, in the words of upstream's converter from maps to structs. Behaves like upstream apimachinery/pkg/runtime/converter.go (fromUnstructured). */
import { goTypeOfElement, goTypeOfField } from '../../apimachinery/schema/go-names.ts';
import type { Field, ListOf, MapOf, Scalar, ScalarKind, Schema, Struct } from '../../apimachinery/schema/model.ts';
import { compareBytes } from '../../apimachinery/serializer/json.ts';
import { Mismatch, SCALAR_READERS, ValueError } from '../../apimachinery/schema/scalars.ts';

type GoKind = 'map' | 'slice' | 'string' | 'bool' | 'int64' | 'float64';

/** Undefined where that converter finds nothing wrong. */
export function restoreMistake(schema: Struct, value: unknown): string | undefined {
  return ofStruct(schema, value);
}

function kindOf(value: unknown): GoKind {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'bigint' ? 'int64' : 'string';
}

/** `goType`: how Go names the place. */
function mistakeOf(schema: Schema, value: unknown, goType: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (schema.kind) {
    case 'struct':
      return ofStruct(schema, value);
    case 'map':
      return ofMap(schema, value, goType);
    case 'list':
      return ofList(schema, value, goType);
    case 'scalar':
      return READ_BY_TYPE.has(schema.is) ? ofReader(schema.is, value) : ofScalar(schema, kindOf(value), goType);
    default:
      return undefined;
  }
}

function ofStruct(schema: Struct, value: unknown): string | undefined {
  const kind = kindOf(value);
  if (kind !== 'map') return `cannot restore struct from: ${kind}`;
  return firstOf([...schema.fields.values()], (field: Field) => mistakeOf(field.schema, (value as Record<string, unknown>)[field.name], goTypeOfField(field)));
}

function ofMap(schema: MapOf, value: unknown, goType: string): string | undefined {
  const kind = kindOf(value);
  if (kind !== 'map') return `cannot restore map from ${kind}`;
  return firstOf(Object.values(value as object), (member: unknown) => mistakeOf(schema.values, member, goTypeOfElement(goType, schema.values)));
}

function ofList(schema: ListOf, value: unknown, goType: string): string | undefined {
  const kind = kindOf(value);
  if (kind !== 'slice') return `cannot restore slice from ${kind}`;
  return firstOf(value as unknown[], (item) => mistakeOf(schema.items, item, goTypeOfElement(goType, schema.items)));
}

/** Types that read their own JSON: their errors come as they are. */
const READ_BY_TYPE: ReadonlySet<ScalarKind> = new Set(['quantity', 'time', 'microTime', 'duration', 'intOrString', 'bytes']);

function ofReader(is: ScalarKind, value: unknown): string | undefined {
  if (is === 'fieldsV1') return undefined;
  if (is === 'bytes' && typeof value !== 'string') return Array.isArray(value) ? undefined : `cannot restore slice from ${kindOf(value)}`;
  try {
    SCALAR_READERS[is].exact(value, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof ValueError) return is === 'bytes' ? `error decoding from json: ${error.message}` : error.message;
    if (error instanceof Mismatch) return `json: cannot unmarshal ${error.found} into Go value of type ${error.type ?? SCALAR_READERS[is].goType}`;
    throw error;
  }
}

/** What Go converts between kinds of its own. */
const FITS: Readonly<Record<string, readonly GoKind[]>> = {
  string: ['string'],
  bool: ['bool'],
  int32: ['int64'],
  int64: ['int64'],
  double: ['int64', 'float64'],
};

function ofScalar(schema: Scalar, kind: GoKind, goType: string): string | undefined {
  const fits = FITS[schema.is];
  if (!fits || fits.includes(kind)) return undefined;
  const isConvertible = (kind === 'int64' && schema.is === 'string') || (kind === 'float64' && schema.is !== 'string' && schema.is !== 'bool');
  if (isConvertible) return `cannot convert ${kind} to ${goType}`;
  return `unrecognized type: ${schema.is === 'double' ? 'float64' : schema.is}`;
}

function firstOf<T>(items: readonly T[], mistake: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = mistake(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Fields that the type does not have, as that converter names them: keys of maps are not part of a path. In the order of their texts. */
export function unknownFields(schema: Struct, value: unknown): string[] {
  const found: string[] = [];
  addUnknown(schema, value, '', found);
  return found.map((path) => `unknown field ${JSON.stringify(path)}`).sort(compareBytes);
}

function addUnknown(schema: Schema, value: unknown, path: string, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (schema.kind === 'list' && Array.isArray(value)) value.forEach((item, i) => addUnknown(schema.items, item, `${path}[${i}]`, found));
  else if (schema.kind === 'map') for (const member of Object.values(value)) addUnknown(schema.values, member, path, found);
  else if (schema.kind === 'struct')
    for (const [name, member] of Object.entries(value)) {
      const field = schema.fields.get(name);
      const at = path === '' ? name : `${path}.${name}`;
      if (field) addUnknown(field.schema, member, at, found);
      else found.push(at);
    }
}

/** The value as that converter's structs would hold it: integers wider than their field lose the bits that do not fit. Shares with `value` what needs no change. */
export function restored(schema: Schema, value: unknown): unknown {
  if (schema.kind === 'scalar') return schema.is === 'int32' && (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) ? Number(BigInt.asIntN(32, BigInt(value))) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (schema.kind === 'list' && Array.isArray(value)) return value.map((item) => restored(schema.items, item));
  if (schema.kind === 'map') return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, restored(schema.values, member)]));
  if (schema.kind !== 'struct') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, restored(schema.fields.get(name)?.schema ?? UNKNOWN, member)]));
}

const UNKNOWN: Schema = { kind: 'any' };
