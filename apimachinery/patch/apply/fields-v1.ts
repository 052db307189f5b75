/** FieldsV1, the JSON form of field sets. Behaves like upstream sigs.k8s.io/structured-merge-diff/v6/fieldpath/serialize.go. */
import { setOwn } from '../../serializer/json-parser.ts';
import { FieldSet } from './field-set.ts';
import { canonicalElement, PathElementError } from './path-element.ts';

type FieldsV1 = Readonly<Record<string, unknown>>;

/** What has been asked for once, and what was made of what is asked for again: the engine lets the values of a WeakMap grow old, whether or not their keys have died. */
const seen = new WeakSet<object>();
const decoded = new WeakMap<object, FieldSet>();

/** Remembered by identity where `fields` is frozen and was decoded before. Throws PathElementError. */
export function fieldSetOf(fields: FieldsV1): FieldSet {
  const known = decoded.get(fields);
  if (known) return known;
  const set = readLevel(fields).children;
  if (!set) return FieldSet.EMPTY;
  if (Object.isFrozen(fields)) {
    if (seen.has(fields)) decoded.set(fields, set);
    else seen.add(fields);
    set.encoded = fields;
  }
  return set;
}

/** In the order that upstream writes. The same frozen object for the same set. */
export function fieldsV1Of(set: FieldSet): FieldsV1 {
  return (set.encoded ??= Object.freeze(writeLevel(set, false)));
}

function readLevel(fields: unknown): { readonly isMember: boolean; readonly children: FieldSet | undefined } {
  if (fields === null) return { isMember: true, children: undefined };
  if (typeof fields !== 'object' || Array.isArray(fields)) throw new PathElementError('a level of managed fields must be an object');
  const level = new FieldSet();
  let isMember = false;
  for (const [key, value] of Object.entries(fields)) {
    if (key === '.') {
      isMember = true;
      continue;
    }
    const element = canonicalElement(key);
    if (element === undefined) continue;
    const below = readLevel(value);
    if (below.isMember) level.addMember(element);
    level.addChildren(element, below.children);
  }
  return level.isEmpty ? { isMember: true, children: undefined } : { isMember, children: level };
}

const NO_FIELDS: FieldsV1 = Object.freeze({});

function writeLevel(set: FieldSet, isMember: boolean): FieldsV1 {
  const fields: Record<string, unknown> = {};
  if (isMember) fields['.'] = NO_FIELDS;
  for (const element of set.sortedElements()) {
    const entry = set.entries.get(element);
    setOwn(fields, element, entry?.children ? writeLevel(entry.children, entry.isMember) : NO_FIELDS);
  }
  return fields;
}
