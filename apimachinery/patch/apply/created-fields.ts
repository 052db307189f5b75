/**
 * Who owns what of an object that is created: FieldsV1 from one walk, without the sets that ./updater.ts compares. The result is that of ./updater.ts for an object with no managers.
 * Behaves like upstream structured-merge-diff/v6/merge/update.go for an empty live object.
 */
import { jsonEqual } from '../../equality.ts';
import { setOwn } from '../../serializer/json-parser.ts';
import { deduce, handling, isEmptyMap, isMap, memberAtom, memberElement, type Atom, type ListAtom, type MapAtom } from './atom.ts';
import type { FieldSet } from './field-set.ts';
import { listElement } from './list-key.ts';
import { compareElements, type PathElement } from './path-element.ts';

type FieldsV1 = Readonly<Record<string, unknown>>;
type Members = Readonly<Record<string, unknown>>;

/** Thrown where ownership needs sets: an element occurs twice, or a value changes its kind. */
export class NeedsSets extends Error {
  override readonly name = 'NeedsSets';
}

/** What is left out: a member goes alone, or (reset) with all below it. */
interface Without {
  readonly stripped: FieldSet | undefined;
  readonly reset: FieldSet | undefined;
}

const EVERYTHING: Without = { stripped: undefined, reset: undefined };
const NO_FIELDS: FieldsV1 = Object.freeze({});
const NO_MEMBERS: Members = Object.freeze({});

/** `empty`: what the type holds before anything is written. Undefined: nothing is owned. Throws ListKeyError and NeedsSets. */
export function createdFields(
  atom: Atom,
  empty: Members,
  next: Members,
  stripped: FieldSet,
  reset: FieldSet | undefined,
): FieldsV1 | undefined {
  if (!atom.map || atom.map.isAtomic) return undefined;
  const fields = members(atom.map, empty, next, false, { stripped, reset });
  return fields && Object.freeze(fields);
}

/** One level while it is made: elements in upstream's order, with what stands below them. */
class Level {
  readonly #elements: PathElement[] = [];
  readonly #below: FieldsV1[] = [];

  /** `element` is new. */
  add(element: PathElement, fields: FieldsV1): void {
    const elements = this.#elements;
    let at = elements.length;
    while (at > 0 && compareElements(elements[at - 1] as PathElement, element) > 0) at--;
    if (at === elements.length) {
      elements.push(element);
      this.#below.push(fields);
    } else {
      elements.splice(at, 0, element);
      this.#below.splice(at, 0, fields);
    }
  }

  /** Undefined when there is nothing. */
  fields(isMember: boolean): Record<string, unknown> | undefined {
    const elements = this.#elements;
    if (elements.length === 0) return undefined;
    const fields: Record<string, unknown> = {};
    if (isMember) fields['.'] = NO_FIELDS;
    for (let i = 0; i < elements.length; i++) setOwn(fields, elements[i] as PathElement, this.#below[i]);
    return fields;
  }
}

function members(map: MapAtom, left: Members, right: Members, isMember: boolean, without: Without): Record<string, unknown> | undefined {
  const level = new Level();
  for (const name in right) {
    const value = right[name];
    if (value === undefined) continue;
    const old = Object.hasOwn(left, name) ? left[name] : undefined;
    if (old !== value) node(memberAtom(map, name), old, value, memberElement(map, name), level, without);
  }
  return level.fields(isMember);
}

function below({ stripped, reset }: Without, element: PathElement): Without {
  const [less, gone] = [stripped?.children(element), reset?.children(element)];
  return less || gone ? { stripped: less, reset: gone } : EVERYTHING;
}

function node(atom: Atom, left: unknown, right: unknown, element: PathElement, level: Level, without: Without): void {
  if (without.reset?.entries.get(element)?.isMember) return;
  const shape = deduce(atom, right);
  if (left !== undefined && deduce(atom, left) !== shape) throw new NeedsSets();
  const isStripped = without.stripped?.entries.get(element)?.isMember ?? false;
  const isMember = left === undefined && !isStripped;
  const inner = without === EVERYTHING ? EVERYTHING : below(without, element);
  const how = handling(shape);
  if (how === 'map' && isGranularMap(atom.map as MapAtom, left, right)) {
    const fields = members(atom.map as MapAtom, asMembers(left), asMembers(right), isMember, inner);
    if (fields || isMember) level.add(element, fields ?? NO_FIELDS);
  } else if (how === 'list' && isGranularList(atom.list as ListAtom, left, right)) {
    const fields = items(atom.list as ListAtom, right as readonly unknown[], isMember, inner);
    if (fields || isMember) level.add(element, fields ?? NO_FIELDS);
  } else if (!isStripped && (left === undefined || !jsonEqual(left, right))) level.add(element, NO_FIELDS);
}

const asMembers = (value: unknown): Members => (isMap(value) ? value : NO_MEMBERS);
const holdsMembers = (value: unknown): boolean => isMap(value) && !isEmptyMap(value);

const isGranularMap = (map: MapAtom, left: unknown, right: unknown): boolean =>
  !map.isAtomic && (holdsMembers(left) || holdsMembers(right));

function isGranularList(list: ListAtom, left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && left.length > 0) throw new NeedsSets();
  return !list.isAtomic && Array.isArray(right) && right.length > 0;
}

function items(list: ListAtom, values: readonly unknown[], isMember: boolean, without: Without): Record<string, unknown> | undefined {
  const level = new Level();
  const seen = new Set<PathElement>();
  for (const item of values) {
    const element = listElement(list, item);
    if (seen.has(element)) throw new NeedsSets();
    seen.add(element);
    if (item !== undefined) node(list.element, undefined, item, element, level, without);
  }
  return level.fields(isMember);
}
