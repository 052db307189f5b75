/** Taking fields and list elements out of an object. Behaves like upstream structured-merge-diff/v6/typed/remove.go. */
import { setOwn } from '../../serializer/json-parser.ts';
import { deduce, handling, isMap, memberAtom, memberElement, type Atom, type ListAtom, type MapAtom } from './atom.ts';
import type { FieldSet } from './field-set.ts';
import { listElement } from './list-key.ts';

/** Without what `fields` names. A map or list that loses everything becomes null, as upstream leaves it. */
export function removeItems(atom: Atom, value: unknown, fields: FieldSet): unknown {
  if (fields.isEmpty) return value;
  switch (handling(deduce(atom, value))) {
    case 'map':
      return isMap(value) && !atom.map?.isAtomic ? withoutMembers(atom.map as MapAtom, value, fields) : null;
    case 'list':
      return Array.isArray(value) && !atom.list?.isAtomic ? withoutItems(atom.list as ListAtom, value, fields) : null;
    default:
      return value;
  }
}

function withoutMembers(map: MapAtom, value: Readonly<Record<string, unknown>>, fields: FieldSet): unknown {
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const entry = fields.entries.get(memberElement(map, name));
    if (entry?.isMember || value[name] === undefined) continue;
    setOwn(kept, name, entry?.children ? removeItems(memberAtom(map, name), value[name], entry.children) : value[name]);
  }
  return Object.keys(kept).length > 0 ? kept : null;
}

function withoutItems(list: ListAtom, items: readonly unknown[], fields: FieldSet): unknown {
  const kept: unknown[] = [];
  for (const item of items) {
    const entry = fields.entries.get(listElement(list, item));
    if (entry?.isMember) continue;
    kept.push(entry?.children ? removeItems(list.element, item, entry.children) : item);
  }
  return kept.length > 0 ? kept : null;
}
