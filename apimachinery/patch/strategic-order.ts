/** The order of merged lists: what the patch says, else where the server had it. Behaves like upstream apimachinery/pkg/util/strategicpatch/patch.go. */
import { badArgument, failed, listOfLists, noMergeKey, goText, goType } from './strategic-error.ts';

export type Item = Readonly<Record<string, unknown>>;
export type List = readonly unknown[];

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isDeletion = (item: unknown): boolean => isMap(item) && item['$patch'] === 'delete';

/** What orders an item: itself, or its merge key's value. */
const orderKey = (item: unknown, areMaps: boolean, mergeKey: string): unknown =>
  areMaps ? (isMap(item) ? item[mergeKey] : undefined) : item;

/** Throws unless all are maps with the merge key. */
function checkMergeKeys(mergeKey: string, ...lists: readonly List[]): void {
  for (const item of lists.flat()) {
    if (!isMap(item)) throw badArgument('map', item);
    if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
  }
}

/** Whether the elements are maps. Throws where they are lists, of different kinds, or where there are none. */
export function elementsAreMaps(...lists: readonly List[]): boolean {
  let kind: string | undefined;
  for (const item of lists.flat()) {
    const itemKind = goType(item) ?? 'nil';
    kind ??= itemKind;
    if (kind === '[]interface {}') throw listOfLists();
    if (itemKind !== kind) throw failed(`list element types are not identical: ${goText(lists)}`);
  }
  if (kind === undefined) throw failed('no elements in any of the given slices');
  return kind === 'map[string]interface {}';
}

/** Items that `by` names, and the others. An empty merge key: scalars. */
export function partition(items: List, by: List, mergeKey: string): readonly [patched: unknown[], serverOnly: unknown[]] {
  const areMaps = mergeKey !== '';
  if (areMaps && items.length > 0) by.forEach((item, i) => isMap(item) || fail(`value for key ${i} is not a map`));
  const named = new Set(
    by.filter((item) => !areMaps || Object.hasOwn(item as object, mergeKey)).map((item) => orderKey(item, areMaps, mergeKey)),
  );
  const patched: unknown[] = [];
  const serverOnly: unknown[] = [];
  for (const item of items) {
    if (areMaps && !isMap(item)) throw badArgument('map', item);
    if (areMaps && !Object.hasOwn(item as object, mergeKey)) throw noMergeKey(item, mergeKey);
    (named.has(orderKey(item, areMaps, mergeKey)) ? patched : serverOnly).push(item);
  }
  return [patched, serverOnly];
}

function fail(message: string): never {
  throw failed(message);
}

type Positions = ReadonlyMap<unknown, number>;

function positionsOf(order: List, areMaps: boolean, mergeKey: string): Positions {
  const positions = new Map<unknown, number>();
  order.forEach((item, i) => {
    const key = orderKey(item, areMaps, mergeKey);
    if (!positions.has(key)) positions.set(key, i);
  });
  return positions;
}

/** Patched items in the patch's order, the server's among them as near to their old place as that allows. */
export function inOrder(
  patched: List,
  serverOnly: List,
  patchOrder: List,
  serverOrder: List,
  mergeKey: string,
  areMaps: boolean,
): unknown[] {
  const right = sortedBy(patched, patchOrder, mergeKey, areMaps);
  const left = sortedBy(serverOnly, serverOrder, mergeKey, areMaps);
  const positions = positionsOf(serverOrder, areMaps, mergeKey);
  const place = (item: unknown): number | undefined => positions.get(orderKey(item, areMaps, mergeKey));
  const merged: unknown[] = [];
  let next = 0;
  for (const item of right) {
    const at = place(item);
    while (next < left.length && at !== undefined && (place(left[next]) ?? Infinity) < at) merged.push(left[next++]);
    merged.push(item);
  }
  return [...merged, ...left.slice(next)];
}

/** Deletions come last. An item that the order does not know goes before the others, as upstream's comparison makes it. */
function sortedBy(items: List, order: List, mergeKey: string, areMaps: boolean): unknown[] {
  if (areMaps) checkMergeKeys(mergeKey, items, order);
  const positions = positionsOf(order, areMaps, mergeKey);
  const place = (item: unknown): number | undefined => positions.get(orderKey(item, areMaps, mergeKey));
  const kept = areMaps ? items.filter((item) => !isDeletion(item)) : [...items];
  const deletions = areMaps ? items.filter(isDeletion) : [];
  if (kept.every((item) => place(item) !== undefined)) kept.sort((a, b) => (place(a) ?? 0) - (place(b) ?? 0));
  else insertionSort(kept, (a, b) => place(a) === undefined || place(b) === undefined || (place(a) ?? 0) < (place(b) ?? 0));
  return [...kept, ...deletions];
}

function insertionSort(items: unknown[], isBefore: (a: unknown, b: unknown) => boolean): void {
  for (let i = 1; i < items.length; i++) {
    for (let j = i; j > 0 && isBefore(items[j], items[j - 1]); j--) [items[j], items[j - 1]] = [items[j - 1], items[j]];
  }
}
