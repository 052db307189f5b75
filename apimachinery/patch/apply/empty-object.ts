/** What an object holds before anything is written into it: the fields of a Go type that are always printed. Behaves like encoding/json on a Go zero value. */
import type { Field, Schema, Struct } from '../../schema/model.ts';
import { SCALAR_READERS } from '../../schema/scalars.ts';
import type { Obj } from '../../meta.ts';

const zeros = new WeakMap<Struct, Readonly<Record<string, unknown>>>();
/** The last one of each type: nearly always the only one. */
const empties = new WeakMap<Struct, Obj>();

/** Frozen and shared. A custom resource has kind and apiVersion alone. */
export function emptyObject(schema: Struct, apiVersion: string, kind: string): Obj {
  const known = empties.get(schema);
  if (known?.apiVersion === apiVersion && known.kind === kind) return known;
  const zero = schema.name === undefined ? {} : zeroStruct(schema);
  const empty = Object.freeze({ ...zero, apiVersion, kind }) as unknown as Obj;
  empties.set(schema, empty);
  return empty;
}

function zeroStruct(struct: Struct): Readonly<Record<string, unknown>> {
  let zero = zeros.get(struct);
  if (!zero) {
    const members: Record<string, unknown> = {};
    for (const field of struct.fields.values()) {
      const value = zeroOf(field);
      if (value !== undefined) members[field.name] = value;
    }
    zeros.set(struct, (zero = Object.freeze(members)));
  }
  return zero;
}

function zeroOf(field: Field): unknown {
  const { pointer = true, omit = 'empty' } = field.go ?? {};
  if (pointer) return omit === 'never' ? null : undefined;
  if (field.schema.kind === 'struct') return omit === 'zero' ? undefined : zeroStruct(field.schema);
  return omit === 'never' || (omit === 'empty' && isGoStruct(field.schema)) ? zeroValue(field.schema) : undefined;
}

/** Times and quantities: omitempty does not drop them. */
function isGoStruct(schema: Schema): boolean {
  return schema.kind === 'scalar' && schema.is !== 'fieldsV1' && SCALAR_READERS[schema.is].isStruct === true;
}

function zeroValue(schema: Schema): unknown {
  if (schema.kind !== 'scalar') return null;
  switch (schema.is) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'quantity':
      return '0';
    case 'duration':
      return '0s';
    default:
      return null;
  }
}
