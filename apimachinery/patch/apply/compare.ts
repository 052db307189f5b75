/** Which fields differ between two objects. Behaves like upstream structured-merge-diff/v6/typed/compare.go. */
import { jsonEqual } from '../../equality.ts';
import { deduce, handling, isEmptyMap, isMap, memberAtom, type Atom, type ListAtom, type MapAtom, type Shape } from './atom.ts';
import { FieldSet } from './field-set.ts';
import { listElement } from './list-key.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** No path stands in more than one. */
export interface Comparison {
  readonly removed: FieldSet;
  readonly modified: FieldSet;
  readonly added: FieldSet;
}

/** The sets of one level while they are made. */
interface Level {
  removed?: FieldSet;
  modified?: FieldSet;
  added?: FieldSet;
}

type Change = keyof Level;

/** Of two objects of one type. Throws ListKeyError where an element of a merged list has no identity. */
export function compareTyped(atom: Atom, left: unknown, right: unknown): Comparison {
  const level: Level = {};
  if (atom.map && !atom.map.isAtomic) membersOf(atom.map, asMap(left), asMap(right), level);
  return { removed: level.removed ?? FieldSet.EMPTY, modified: level.modified ?? FieldSet.EMPTY, added: level.added ?? FieldSet.EMPTY };
}

const asMap = (value: unknown): Readonly<Record<string, unknown>> | undefined => (isMap(value) ? value : undefined);
const asList = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);

function mark(level: Level, change: Change, element: PathElement): void {
  (level[change] ??= new FieldSet()).addMember(element);
}

function attach(level: Level, element: PathElement, below: Level): void {
  if (below.removed) (level.removed ??= new FieldSet()).addChildren(element, below.removed);
  if (below.modified) (level.modified ??= new FieldSet()).addChildren(element, below.modified);
  if (below.added) (level.added ??= new FieldSet()).addChildren(element, below.added);
}

type Members = Readonly<Record<string, unknown>>;

function membersOf(map: MapAtom, left: Members | undefined, right: Members | undefined, level: Level): void {
  if (left)
    for (const name in left) memberNode(map, name, left[name], right && Object.hasOwn(right, name) ? right[name] : undefined, level);
  if (!right) return;
  for (const name in right)
    if (!left || !Object.hasOwn(left, name) || left[name] === undefined) memberNode(map, name, undefined, right[name], level);
}

function memberNode(map: MapAtom, name: string, left: unknown, right: unknown, level: Level): void {
  if (left === right) return;
  const field = map.fields.get(name);
  if (field) node(field.atom, left, right, field.element, level);
  else node(memberAtom(map, name), left, right, fieldElement(name), level);
}

/** Undefined is absent; null is a value. */
function node(atom: Atom, left: unknown, right: unknown, element: PathElement, level: Level): void {
  if (left === right) return;
  const leftShape = deduce(atom, left);
  const rightShape = deduce(atom, right);
  let isLeaf: boolean;
  if (right === undefined) isLeaf = handle(atom, leftShape, left, right, element, level);
  else {
    if (left !== undefined && leftShape !== rightShape) handle(atom, leftShape, left, right, element, level);
    isLeaf = handle(atom, rightShape, left, right, element, level);
  }
  if (isLeaf) return;
  if (left === undefined) mark(level, 'added', element);
  else if (right === undefined) mark(level, 'removed', element);
}

function handle(atom: Atom, shape: Shape, left: unknown, right: unknown, element: PathElement, level: Level): boolean {
  switch (handling(shape)) {
    case 'map':
      return mapNode(atom.map as MapAtom, left, right, element, level);
    case 'list':
      return listNode(atom.list as ListAtom, left, right, element, level);
    default:
      return leaf(left, right, element, level);
  }
}

function leaf(left: unknown, right: unknown, element: PathElement, level: Level): true {
  if (left === undefined) mark(level, 'added', element);
  else if (right === undefined) mark(level, 'removed', element);
  else if (!jsonEqual(left, right)) mark(level, 'modified', element);
  return true;
}

function mapNode(map: MapAtom, left: unknown, right: unknown, element: PathElement, level: Level): boolean {
  const [leftMap, rightMap] = [asMap(left), asMap(right)];
  const isEmpty = (!leftMap || isEmptyMap(leftMap)) && (!rightMap || isEmptyMap(rightMap));
  if (map.isAtomic || isEmpty) return leaf(left, right, element, level);
  const below: Level = {};
  membersOf(map, leftMap, rightMap, below);
  attach(level, element, below);
  return false;
}

function listNode(list: ListAtom, left: unknown, right: unknown, element: PathElement, level: Level): boolean {
  const [leftList, rightList] = [asList(left), asList(right)];
  const isEmpty = !leftList?.length && !rightList?.length;
  if (list.isAtomic || isEmpty) return leaf(left, right, element, level);
  const below: Level = {};
  itemsOfBoth(list, leftList ?? [], rightList ?? [], below);
  attach(level, element, below);
  return false;
}

function hasRepetitions(keys: readonly PathElement[]): boolean {
  if (keys.length > 12) return new Set(keys).size < keys.length;
  for (let i = 1; i < keys.length; i++) if (keys.lastIndexOf(keys[i] as string, i - 1) >= 0) return true;
  return false;
}

function itemsOfBoth(list: ListAtom, left: readonly unknown[], right: readonly unknown[], level: Level): void {
  const leftKeys = left.map((item) => listElement(list, item));
  const rightKeys = right.map((item) => listElement(list, item));
  if (hasRepetitions(leftKeys) || hasRepetitions(rightKeys))
    return repeatedItems(list, grouped(left, leftKeys), grouped(right, rightKeys), level);
  const isAligned = left.length === right.length && leftKeys.every((key, i) => key === rightKeys[i]);
  if (isAligned) return leftKeys.forEach((key, i) => node(list.element, left[i], right[i], key, level));
  const positions = new Map(rightKeys.map((key, i) => [key, i]));
  leftKeys.forEach((key, i) => {
    const at = positions.get(key);
    node(list.element, left[i], at === undefined ? undefined : right[at], key, level);
    positions.delete(key);
  });
  for (const [key, at] of positions) node(list.element, undefined, right[at], key, level);
}

function repeatedItems(list: ListAtom, left: Map<PathElement, unknown[]>, right: Map<PathElement, unknown[]>, level: Level): void {
  for (const [key, items] of left) {
    itemNode(list, key, items, right.get(key) ?? [], level);
    right.delete(key);
  }
  for (const [key, items] of right) itemNode(list, key, [], items, level);
}

/** By identity, each with its duplicates. */
function grouped(values: readonly unknown[], keys: readonly PathElement[]): Map<PathElement, unknown[]> {
  const items = new Map<PathElement, unknown[]>();
  values.forEach((value, i) => {
    const key = keys[i] as PathElement;
    const known = items.get(key);
    if (known) known.push(value);
    else items.set(key, [value]);
  });
  return items;
}

/** Duplicates are compared as a whole. */
function itemNode(list: ListAtom, key: PathElement, left: readonly unknown[], right: readonly unknown[], level: Level): void {
  if (left.length < 2 && right.length < 2) return node(list.element, left[0], right[0], key, level);
  if (left.length > 1 && right.length > 1) {
    if (!jsonEqual(left, right)) mark(level, 'modified', key);
    return;
  }
  if (left.length > 1) {
    if (right.length > 0) node(list.element, undefined, right[0], key, level);
    mark(level, 'removed', key);
  } else {
    if (left.length > 0) node(list.element, left[0], undefined, key, level);
    mark(level, 'added', key);
  }
}
