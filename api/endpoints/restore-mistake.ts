/** Why a patched document does not fit its type, in the words of upstream's converter from maps to structs. Behaves like upstream apimachinery/pkg/runtime/converter.go (fromUnstructured). */
import { goTypeOfElement, goTypeOfField } from '../../apimachinery/schema/go-names.ts';
import type { Field, ListOf, MapOf, Scalar, Schema, Struct } from '../../apimachinery/schema/model.ts';

type GoKind = 'map' | 'slice' | 'string' | 'bool' | 'int64' | 'float64';

/** Undefined where that converter finds nothing wrong, or leaves the judgement to the type's own decoder. */
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
      return ofScalar(schema, kindOf(value), goType);
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
