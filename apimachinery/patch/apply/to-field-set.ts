/** The fields that an object mentions. Behaves like upstream structured-merge-diff/v6/typed/tofieldset.go. */
import { deduce, handling, isEmptyMap, isMap, memberAtom, memberElement, type Atom, type ListAtom, type MapAtom } from './atom.ts';
import { FieldSet } from './field-set.ts';
import { listElement } from './list-key.ts';

/** Leaves, elements of merged lists, and what is null or empty. Throws ListKeyError. */
export function toFieldSet(atom: Atom, value: unknown): FieldSet {
  return fieldsBelow(atom, value).below ?? FieldSet.EMPTY;
}

interface Found {
  readonly isLeaf: boolean;
  readonly below?: FieldSet;
}

const LEAF: Found = { isLeaf: true };
const NONE: Found = { isLeaf: false };

function fieldsBelow(atom: Atom, value: unknown): Found {
  switch (handling(deduce(atom, value))) {
    case 'map':
      if (atom.map?.isAtomic) return LEAF;
      return isMap(value) ? { isLeaf: false, below: memberFields(atom.map as MapAtom, value) } : NONE;
    case 'list':
      if (atom.list?.isAtomic) return LEAF;
      return Array.isArray(value) ? { isLeaf: false, below: itemFields(atom.list as ListAtom, value) } : NONE;
    default:
      return LEAF;
  }
}

function memberFields(map: MapAtom, value: Readonly<Record<string, unknown>>): FieldSet {
  const set = new FieldSet();
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    const element = memberElement(map, name);
    const { isLeaf, below } = fieldsBelow(memberAtom(map, name), member);
    set.addChildren(element, below);
    if (isLeaf || member === null || (isMap(member) && isEmptyMap(member)) || !map.fields.has(name)) set.addMember(element);
  }
  return set;
}

/** Of an element that occurs twice only its identity is a field. */
function itemFields(list: ListAtom, items: readonly unknown[]): FieldSet {
  const set = new FieldSet();
  const elements = items.map((item) => listElement(list, item));
  const repeated = new Set(elements.filter((element, i) => elements.indexOf(element) !== i));
  items.forEach((item, i) => {
    const element = elements[i] as string;
    if (!repeated.has(element)) set.addChildren(element, fieldsBelow(list.element, item).below);
    set.addMember(element);
  });
  return set;
}

/** With the declared fields that only stand above members made members themselves. */
export function withNamedFields(set: FieldSet, atom: Atom | undefined): FieldSet {
  const result = new FieldSet();
  for (const [element, entry] of set.entries) {
    const name = element.slice(2);
    const isDeclared = element.startsWith('f:') && (atom?.map?.fields.has(name) ?? false);
    if (entry.isMember || (entry.children && isDeclared)) result.addMember(element);
    if (entry.children) result.addChildren(element, withNamedFields(entry.children, atomBelow(atom, element)));
  }
  return result;
}

/** The type that an element leads to; undefined where the schema does not say. */
export function atomBelow(atom: Atom | undefined, element: string): Atom | undefined {
  if (element.startsWith('f:')) return atom?.map && (atom.map.fields.get(element.slice(2))?.atom ?? atom.map.element);
  return element.startsWith('k:') ? atom?.list?.element : undefined;
}
