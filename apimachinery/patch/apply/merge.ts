/** Merging an applied configuration into an object. Behaves like upstream structured-merge-diff/v6/typed/merge.go. */
import { setOwn } from '../../serializer/json-parser.ts';
import { deduce, handling, isEmptyMap, isMap, memberAtom, type Atom, type ListAtom, type MapAtom } from './atom.ts';
import { ListKeyError, listElement } from './list-key.ts';
import { elementText, type PathElement } from './path-element.ts';

/** What `right` says wins; nothing is removed. Parts of the result are parts of the operands; what `right` does not mention is the left's own. Undefined: nothing is left. Throws ListKeyError. */
export function mergeTyped(atom: Atom, left: unknown, right: unknown): unknown {
  const shape = right === undefined ? deduce(atom, left) : deduce(atom, right);
  switch (handling(shape)) {
    case 'map':
      return mergeMaps(atom.map as MapAtom, left, right);
    case 'list':
      return mergeLists(atom.list as ListAtom, left, right);
    default:
      return keepRight(left, right);
  }
}

const NO_MEMBERS: Readonly<Record<string, unknown>> = Object.freeze({});

const keepRight = (left: unknown, right: unknown): unknown => (right === undefined ? left : right);

function mergeMaps(map: MapAtom, left: unknown, right: unknown): unknown {
  const [leftMap, rightMap] = [isMap(left) ? left : NO_MEMBERS, isMap(right) ? right : NO_MEMBERS];
  if (map.isAtomic || (isEmptyMap(leftMap) && isEmptyMap(rightMap))) return keepRight(left, right);
  if (right === undefined && isKept(map, leftMap)) return left;
  const merged: Record<string, unknown> = {};
  for (const name in leftMap) mergeMember(map, name, leftMap[name], own(rightMap, name), merged);
  for (const name in rightMap) if (!Object.hasOwn(leftMap, name)) mergeMember(map, name, undefined, rightMap[name], merged);
  return isEmptyMap(merged) ? undefined : merged;
}

/** Whether merging nothing gives the same map. */
function isKept(map: MapAtom, left: Readonly<Record<string, unknown>>): boolean {
  for (const name in left) {
    const member = left[name];
    if (member === undefined || (typeof member === 'object' && mergeTyped(memberAtom(map, name), member, undefined) !== member)) return false;
  }
  return true;
}

function mergeMember(map: MapAtom, name: string, left: unknown, right: unknown, merged: Record<string, unknown>): void {
  if (left === undefined && right === undefined) return;
  const member = mergeTyped(memberAtom(map, name), left, right);
  if (member !== undefined) setOwn(merged, name, member);
}

const own = (map: Readonly<Record<string, unknown>>, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);

interface Indexed {
  readonly elements: readonly PathElement[];
  /** Duplicates are null: they are not merged with anything. */
  readonly values: ReadonlyMap<PathElement, unknown>;
}

function indexed(list: ListAtom, items: readonly unknown[], allowsDuplicates: boolean): Indexed {
  const values = new Map<PathElement, unknown>();
  const elements = items.map((item) => {
    const element = listElement(list, item);
    const isRepeated = values.has(element);
    if (isRepeated && !allowsDuplicates) throw new ListKeyError(`duplicate entries for key ${elementText(element)}`);
    values.set(element, isRepeated ? null : item);
    return element;
  });
  return { elements, values };
}

function mergeLists(list: ListAtom, left: unknown, right: unknown): unknown {
  const [leftItems, rightItems] = [Array.isArray(left) ? left : [], Array.isArray(right) ? right : []] as [unknown[], unknown[]];
  if (list.isAtomic || (leftItems.length === 0 && rightItems.length === 0)) return keepRight(left, right);
  const indexedLeft = indexed(list, leftItems, true);
  if (right === undefined && leftItems.every((item) => item !== undefined && mergeTyped(list.element, item, undefined) === item)) return left;
  const merged = mergeItems(list, leftItems, indexedLeft, indexed(list, rightItems, false));
  return merged.length > 0 ? merged : undefined;
}

/** In the order of the right list where both have an element; what only the left has stays where it is between those. */
function mergeItems(list: ListAtom, leftItems: readonly unknown[], left: Indexed, right: Indexed): unknown[] {
  const shared = right.elements.filter((element) => left.values.has(element));
  const taken = new Set<PathElement>();
  const merged: unknown[] = [];
  const take = (a: unknown, b: unknown): void => {
    const item = mergeTyped(list.element, a, b);
    if (item !== undefined) merged.push(item);
  };
  const takeRight = (element: PathElement): void => {
    taken.add(element);
    take(left.values.get(element), right.values.get(element));
  };
  let [l, r, next] = [0, 0, 0];
  while (l < left.elements.length || r < right.elements.length) {
    const leftElement = left.elements[l];
    const rightElement = right.elements[r];
    if (leftElement !== undefined && leftElement === rightElement) {
      takeRight(leftElement);
      l++;
      r++;
      next++;
    } else if (
      leftElement !== undefined &&
      rightElement !== undefined &&
      right.values.has(leftElement) &&
      shared[next] !== undefined &&
      shared[next] !== leftElement
    )
      l++;
    else if (leftElement !== undefined && !right.values.has(leftElement)) take(leftItems[l++], undefined);
    else {
      if (leftElement !== undefined && taken.has(leftElement)) l++;
      if (rightElement === undefined) continue;
      takeRight(rightElement);
      r++;
      if (shared[next] === rightElement) next++;
    }
  }
  return merged;
}
