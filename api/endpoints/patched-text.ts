/** A patched document as upstream shows it in messages: what the patch touched has its keys sorted, the rest is in its own order. */
import type { Struct } from '../../apimachinery/schema/model.ts';
import { sortedCopy } from '../../apimachinery/schema/copy.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import { compareBytes, encodeJson } from '../../apimachinery/serializer/json.ts';

/** The places that a patch touched; a merge patch is its own: the lists it gives are all new. */
export type Touched = { readonly [name: string]: Touched | unknown };

export function patchedText(schema: Struct, patched: unknown, touched: Touched): string {
  if (!isObject(patched)) return encodeJson(patched);
  return objectText(patched, (name) => (typeof touched[name] === 'object' ? innerText(patched[name], touched[name]) : untouchedText(schema, name, patched[name])));
}

function innerText(value: unknown, touched: unknown): string {
  if (Array.isArray(touched)) return encodeJson(sortedCopy(value));
  if (!isObject(touched)) return encodeJson(value);
  if (Array.isArray(value)) return `[${value.map((item, i) => innerText(item, touched[String(i)])).join(',')}]`;
  return isObject(value) ? objectText(value, (name) => innerText(value[name], touched[name])) : encodeJson(value);
}

function objectText(object: Record<string, unknown>, member: (name: string) => string): string {
  const names = Object.keys(object).sort(compareBytes);
  return `{${names.map((name) => `${encodeJson(name)}:${member(name)}`).join(',')}}`;
}

function untouchedText(schema: Struct, name: string, value: unknown): string {
  const node = schema.fields.get(name)?.schema;
  if (node?.kind !== 'struct' || !isObject(value)) return encodeJson(value);
  const { object, errors } = decodeObject(node, value);
  return encodeJson(errors.length > 0 ? value : object);
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where JSON patch operations went. */
export function touchedBy(operations: readonly Readonly<Record<string, unknown>>[]): Touched {
  const root: Record<string, unknown> = {};
  for (const operation of operations) for (const pointer of [operation['path'], operation['from']]) if (typeof pointer === 'string') touch(root, pointer);
  return root;
}

function touch(root: Record<string, unknown>, pointer: string): void {
  let at = root;
  for (const part of pointer.split('/').slice(1, -1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    at = (Object.hasOwn(at, name) ? at[name] : (at[name] = {})) as Record<string, unknown>;
  }
}
