/**
 * What a store keeps of a built-in: upstream stores protobuf, which cannot tell an empty list or map from none, so that fields which are always printed read back as null.
 * Custom resources are stored as they are.
 */
import { memoised, type Field, type Schema } from '../../apimachinery/schema/model.ts';

type Visit = (value: unknown, base?: object) => void;

const nothing: Visit = () => undefined;

/** Changes the object in place. Free-form parts are left alone, and members that are those of `base`, which is in this form. */
export const forgetEmpty: (schema: Schema) => Visit = memoised<Visit>((schema, recur) => {
  if (!concerns(schema)) return nothing;
  if (schema.kind === 'list') return each(recur(schema.items));
  if (schema.kind === 'map') return each(recur(schema.values));
  return schema.kind === 'struct' && schema.name !== undefined ? visitStruct([...schema.fields.values()], recur) : nothing;
});

function visitStruct(fields: readonly Field[], recur: (schema: Schema) => Visit): Visit {
  const kept = fields.filter(keepsEmpty).map((f) => f.name);
  let inner: readonly (readonly [string, Visit])[] | undefined;
  return (value, base) => {
    if (typeof value !== 'object' || value === null) return;
    const object = value as Record<string, unknown>;
    for (const name of kept) if (isEmpty(object[name])) object[name] = null;
    inner ??= fields.filter((f) => concerns(f.schema)).map((f) => [f.name, recur(f.schema)] as const);
    for (const [name, visit] of inner) {
      const member = object[name];
      if (member !== undefined && member !== (base as Record<string, unknown> | undefined)?.[name]) visit(member);
    }
  };
}

function each(visit: Visit): Visit {
  return (value) => {
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) visit(item);
  };
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const _ in value) return false;
  return true;
}

/** A list or map that is printed even when it is empty. */
const keepsEmpty = ({ schema, go }: Field): boolean => (schema.kind === 'list' || schema.kind === 'map') && go?.omit === 'never' && !go.pointer;

const known = new WeakMap<Schema, boolean>();

/** Whether such a field can be reached. */
function concerns(schema: Schema): boolean {
  const answer = known.get(schema);
  if (answer !== undefined) return answer;
  const found = search(schema, new Set());
  known.set(schema, found);
  return found;
}

function search(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  if (schema.kind === 'list') return search(schema.items, seen);
  if (schema.kind === 'map') return search(schema.values, seen);
  if (schema.kind !== 'struct' || schema.name === undefined) return false;
  return [...schema.fields.values()].some((f) => keepsEmpty(f) || search(f.schema, seen));
}
