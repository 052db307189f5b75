/** One page of a sorted map, for drivers and caches that hold their keys in memory. */
import type { KeyRange, Page, PageRequest, Revision, StoredValue } from './interface.ts';
import type { SortedMap } from './sorted-map.ts';

export function pageOf(state: SortedMap<StoredValue>, range: KeyRange, { limit, after }: PageRequest, revision: Revision): Page {
  const count = state.count(range.prefix, after);
  const most = limit ?? count;
  const items: StoredValue[] = [];
  for (const [, item] of state.entries(range.prefix, after)) {
    if (items.length >= most) break;
    items.push(item);
  }
  return { items, revision, more: items.length < count, count };
}
