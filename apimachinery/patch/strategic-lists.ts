/** Merging the lists of a strategic merge patch. Behaves like upstream apimachinery/pkg/util/strategicpatch/patch.go. */
import type { Schema } from '../schema/model.ts';
import { badDirective, failed, noMergeKey } from './strategic-error.ts';
import { elementsAreMaps, inOrder, isMap, partition, type Item, type List } from './strategic-order.ts';
import { kindText } from './strategic-schema.ts';

/** Merges two elements of a list. */
export type MergeItems = (original: Record<string, unknown>, patch: Record<string, unknown>, schema: Schema) => unknown;

export interface ListMerge {
  /** Of the elements. */
  readonly schema: Schema;
  readonly mergeKey: string;
  /** The patch names elements to delete. */
  readonly isDeletion: boolean;
  readonly mergeItems: MergeItems;
}

/** A new list, of elements of both. Throws a StatusError. */
export function mergeLists(original: List, patch: List, merge: ListMerge): List {
  if (original.length === 0 && patch.length === 0) return original;
  const areMaps = elementsAreMaps(original, patch);
  if (!areMaps) {
    if (merge.isDeletion) return original.filter((item) => !patch.includes(item));
    return ordered(withoutRepetitions([...original, ...patch]), patch, original, merge.mergeKey, false);
  }
  if (merge.mergeKey === '') throw failed(`cannot merge lists without merge key for ${kindText(merge.schema)}`);
  const directed = followDirectives(original as readonly Item[], patch as readonly Item[], merge.mergeKey);
  return ordered(mergeMaps(directed.original, directed.patch, merge), directed.patch, directed.original, merge.mergeKey, true);
}

function ordered(merged: List, patch: List, original: List, mergeKey: string, areMaps: boolean): List {
  const [patched, serverOnly] = partition(merged, patch, mergeKey);
  return inOrder(patched, serverOnly, patch, original, mergeKey, areMaps);
}

/** The last element takes the place of a repetition. */
function withoutRepetitions(items: unknown[]): unknown[] {
  if (new Set(items).size === items.length) return items;
  let length = items.length;
  for (let i = 0; i < length - 1; i++) {
    for (let j = i + 1; j < length; j++) {
      if (items[i] !== items[j]) continue;
      items[j--] = items[--length];
    }
  }
  return items.slice(0, length);
}

interface Directed {
  readonly original: readonly Item[];
  readonly patch: readonly Item[];
}

/** Elements with $patch: delete takes one out, replace takes all out. */
function followDirectives(original: readonly Item[], patch: readonly Item[], mergeKey: string): Directed {
  let left = original;
  let isReplaced = false;
  for (const item of patch) {
    if (!Object.hasOwn(item, '$patch')) continue;
    const directive = item['$patch'];
    if (directive === 'delete') {
      if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
      left = left.filter((other) => !(Object.hasOwn(other, mergeKey) && other[mergeKey] === item[mergeKey]));
    } else if (directive === 'replace') isReplaced = true;
    else if (directive === 'merge') throw failed('merging lists cannot yet be specified in the patch');
    else throw badDirective(directive, item);
  }
  const plain = patch.filter((item) => !Object.hasOwn(item, '$patch'));
  return isReplaced ? { original: plain, patch: [] } : { original: left, patch: plain };
}

/** Elements of the patch merged into those with the same key, or added. */
function mergeMaps(original: readonly Item[], patch: readonly Item[], { schema, mergeKey, mergeItems }: ListMerge): unknown[] {
  const merged: unknown[] = [...original];
  const positions = new Map<unknown, number>();
  original.forEach((item, i) => {
    if (Object.hasOwn(item, mergeKey) && !positions.has(item[mergeKey])) positions.set(item[mergeKey], i);
  });
  for (const item of patch) {
    if (!Object.hasOwn(item, mergeKey)) throw noMergeKey(item, mergeKey);
    const at = positions.get(item[mergeKey]);
    const known = at === undefined ? undefined : merged[at];
    if (at !== undefined && isMap(known)) merged[at] = mergeItems(known, item as Record<string, unknown>, schema);
    else positions.set(item[mergeKey], merged.push(item) - 1);
  }
  return merged;
}

/**
 * The server's list as upstream's merge leaves it, which is what then orders the result: elements after a deleted one move up, added ones take the places that became free,
 * and the list keeps its length.
 */
export function serverOrderAfter(original: List, patch: List, mergeKey: string): List {
  const slots = [...original];
  let length = slots.length;
  const indexOf = (key: unknown): number =>
    slots.slice(0, length).findIndex((item) => isMap(item) && Object.hasOwn(item, mergeKey) && item[mergeKey] === key);
  const maps = patch.filter(isMap);
  for (const item of maps) {
    if (item['$patch'] !== 'delete') continue;
    for (let at = indexOf(item[mergeKey]); at >= 0; at = indexOf(item[mergeKey])) {
      slots.copyWithin(at, at + 1, length);
      length--;
    }
  }
  if (length === slots.length || maps.some((item) => item['$patch'] === 'replace')) return slots;
  for (const item of maps)
    if (!Object.hasOwn(item, '$patch') && length < slots.length && indexOf(item[mergeKey]) < 0) slots[length++] = item;
  return slots;
}
