/**
 * Strategic merge patches: merge patches that know which lists are sets or maps. An interpreter of ../schema, for built-in types only.
 * Behaves like upstream apimachinery/pkg/util/strategicpatch.
 */
import type { Schema, Struct } from '../schema/model.ts';
import { setOwn } from '../serializer/json-parser.ts';
import {
  badArgument,
  badDirective,
  badElementOrder,
  badPrimitiveList,
  badRetainKeys,
  failed,
  goText,
  noMergeKey,
  unsupportedFormat,
} from './strategic-error.ts';
import { mergeLists, serverOrderAfter } from './strategic-lists.ts';
import { elementsAreMaps, inOrder, isDeletion, isMap, partition, type List } from './strategic-order.ts';
import { lookupField, lookupList, type PatchMeta } from './strategic-schema.ts';

type Members = Record<string, unknown>;

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const ELEMENT_ORDER = '$setElementOrder';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';

/**
 * The patched object, not yet decoded; what the patch leaves alone is part of `original`, which is not changed; `patch` becomes part of the result and is left without the directives that were followed, as upstream shows it in messages.
 * Throws a StatusError: BadRequest for malformed directives, 422 without the reason, or 500 with upstream's message for what upstream does not interpret.
 */
export function strategicMergePatch(schema: Struct, original: object, patch: object): Record<string, unknown> {
  if (schema.name === undefined) throw unsupportedFormat();
  return mergeInto(original as Members, patch as Members, schema);
}

const own = (map: Members, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);

/** Changes the patch alone: a map is copied where it changes. */
const mergeInto = (original: Members, patch: Members, schema: Schema): Members => mergeMaps({ ...original }, patch, schema);

/** Changes both. */
function mergeMaps(original: Members, patch: Members, schema: Schema): Members {
  if (Object.hasOwn(patch, DIRECTIVE)) return directed(patch);
  retainKeys(original, patch);
  for (const name of Object.keys(patch)) if (name.startsWith(ELEMENT_ORDER)) mergeInOrder(original, patch, name, schema);
  for (const name of Object.keys(patch)) mergeMember(original, name, patch[name], schema);
  return original;
}

function directed(patch: Members): Members {
  const directive = patch[DIRECTIVE];
  if (directive === 'delete') return {};
  if (directive !== 'replace') throw badDirective(directive, patch);
  delete patch[DIRECTIVE];
  return patch;
}

/** Clears what the patch does not list; all that it sets must be listed. */
function retainKeys(original: Members, patch: Members): void {
  if (!Object.hasOwn(patch, RETAIN_KEYS)) return;
  const list = patch[RETAIN_KEYS];
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(list)) throw badRetainKeys();
  const retained = new Set<unknown>(list);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || name.startsWith(DELETE_FROM_LIST) || name.startsWith(ELEMENT_ORDER)) continue;
    if (!retained.has(name)) throw badRetainKeys();
  }
  for (const name of Object.keys(original)) if (!retained.has(name)) delete original[name];
}

function keyAfter(prefix: string, name: string, malformed: () => Error): string {
  if (!name.startsWith(`${prefix}/`)) throw malformed();
  return name.slice(prefix.length + 1);
}

function mergeMember(original: Members, name: string, value: unknown, schema: Schema): void {
  const isDeleteList = name.startsWith(DELETE_FROM_LIST);
  const key = isDeleteList ? keyAfter(DELETE_FROM_LIST, name, badPrimitiveList) : name;
  if (value === null) {
    delete original[key];
    return;
  }
  const current = own(original, key);
  if (isMap(current) && isMap(value)) return setOwn(original, key, mergeFieldMaps(current, value, lookupField(schema, key)));
  if (Array.isArray(current) && Array.isArray(value))
    return setOwn(original, key, mergeFieldLists(current, value, lookupList(schema, key), isDeleteList));
  if (!isDeleteList) setAfresh(original, key, value);
}

function setAfresh(original: Members, key: string, value: unknown): void {
  const kept = withoutDirectives(withoutNulls(value));
  if (kept === undefined) delete original[key];
  else setOwn(original, key, kept);
}

const mergeFieldMaps = (current: Members, patch: Members, meta: PatchMeta): Members =>
  meta.strategy === 'replace' ? patch : mergeInto(current, patch, meta.schema);

function mergeFieldLists(current: List, patch: List, meta: PatchMeta, isDeletion: boolean): List {
  if (meta.strategy !== 'merge' && !isDeletion) return patch;
  return mergeLists(current, patch, { schema: meta.schema, mergeKey: meta.mergeKey, isDeletion, mergeItems: mergeInto });
}

/** $setElementOrder/list: merges the list and puts it in order. */
function mergeInOrder(original: Members, patch: Members, name: string, schema: Schema): void {
  const order = patch[name];
  delete patch[name];
  if (!Array.isArray(order)) throw badArgument('list', order);
  const key = keyAfter(ELEMENT_ORDER, name, badElementOrder);
  const current = listOrNone(original, key);
  const patched = listOrNone(patch, key);
  const meta = lookupList(schema, key);
  checkOrder(patched ?? [], order, meta.mergeKey);
  const merged = mergedForOrder(current, patched, meta);
  if (!merged) return;
  const [fromPatch, serverOnly] = partition(merged, order, meta.mergeKey);
  const areMaps = elementsAreMaps(current ?? [], patched ?? []);
  const serverOrder =
    current && patched && areMaps && meta.strategy === 'merge' ? serverOrderAfter(current, patched, meta.mergeKey) : (current ?? []);
  setOwn(original, key, inOrder(fromPatch, serverOnly, order, serverOrder, meta.mergeKey, areMaps));
  delete patch[key];
}

function mergedForOrder(current: List | undefined, patched: List | undefined, meta: PatchMeta): List | undefined {
  if (!patched) return current;
  return current ? mergeFieldLists(current, patched, meta, false) : (withoutDirectives(patched) as List);
}

function listOrNone(map: Members, key: string): List | undefined {
  if (!Object.hasOwn(map, key)) return undefined;
  const list = map[key];
  if (!Array.isArray(list)) throw badArgument('list', list);
  return list;
}

/** The patch's elements must stand in the order list, in the same order. */
function checkOrder(patch: List, order: List, mergeKey: string): void {
  if (patch.length === 0 || order.length === 0) return;
  if (mergeKey !== '') for (const item of patch) if (!isMap(item)) throw badArgument('map', item);
  const items = mergeKey === '' ? patch : patch.filter((item) => !isDeletion(item));
  let next = 0;
  let at = 0;
  while (next < items.length && at < order.length) {
    const item = items[next];
    if (isMap(item) && Object.hasOwn(item, DIRECTIVE)) next++;
    else if (sameKey(item, order[at++], mergeKey)) next++;
  }
  if (next < items.length && at >= order.length)
    throw failed(`The order in patch list:\n${goText(patch)}\n doesn't match ${ELEMENT_ORDER} list:\n${goText(order)}\n`);
}

function sameKey(a: unknown, b: unknown, mergeKey: string): boolean {
  if (mergeKey === '') return a === b;
  const keys = [a, b].map((item) => {
    if (!isMap(item)) throw badArgument('map', item);
    if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
    return item[mergeKey];
  });
  return keys[0] === keys[1];
}

/** Changes the value. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) value.forEach(withoutNulls);
  else if (isMap(value)) {
    for (const [name, member] of Object.entries(value)) {
      if (member === null) delete value[name];
      else withoutNulls(member);
    }
  }
  return value;
}

/** Without maps that carry a directive; undefined when it is one itself. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, DIRECTIVE)) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const kept = withoutDirectives(member);
    if (kept === undefined) delete value[name];
    else setOwn(value, name, kept);
  }
  return value;
}
