/** Whether lists that are sets or maps hold nothing twice. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go. */
import { schemaIn, type Schema } from '../cel/schema-types.ts';
import { own } from '../own.ts';
import { duplicate, invalid, type FieldError, type Path } from '../validation/field.ts';
import { isMembers } from './correlation.ts';

export function listTypeErrors(schema: Schema, value: unknown, path: Path): FieldError[] {
  if (Array.isArray(value)) return listErrors(schema, value, path);
  if (!isMembers(value)) return [];
  const values = schemaIn(schema.additionalProperties);
  return Object.entries(value).flatMap(([name, member]) => {
    const property = own(schema.properties, name);
    return [...(values ? listTypeErrors(values, member, path.key(name)) : []), ...(property ? listTypeErrors(property, member, path.child(name)) : [])];
  });
}

function listErrors(schema: Schema, list: readonly unknown[], path: Path): FieldError[] {
  const items = schemaIn(schema.items as Schema | readonly unknown[] | undefined);
  return [...ownErrors(schema, list, path), ...(items ? list.flatMap((item, i) => listTypeErrors(items, item, path.index(i))) : [])];
}

function ownErrors(schema: Schema, list: readonly unknown[], path: Path): FieldError[] {
  const told = (keys: readonly unknown[]): FieldError[] => repeated(keys).map((i) => duplicate(path.index(i), ordered(keys[i])));
  if (schema['x-kubernetes-list-type'] === 'set') return told(list);
  if (schema['x-kubernetes-list-type'] !== 'map') return [];
  const wrong = list.findIndex((item) => item !== null && !isMembers(item));
  return wrong < 0 ? told(list.map((item) => keyOf(item, schema['x-kubernetes-list-map-keys'] ?? []))) : [invalid(path.index(wrong), list[wrong], 'must be an object for an array of list-type map')];
}

const keyOf = (item: unknown, names: readonly string[]): unknown => (isMembers(item) ? Object.fromEntries(names.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]]))) : {});

/** Where each value stands for the second time. */
function repeated(values: readonly unknown[]): readonly number[] {
  const seen = new Map<string, number>();
  return values.flatMap((value, i) => {
    const text = canonical(value);
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    return times === 1 ? [i] : [];
  });
}

/** With members in order, as they are shown. */
const ordered = (value: unknown): unknown => (isMembers(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isMembers(value)) return `${typeof value} ${String(value)}`;
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}
