/** Field sets that were written when a type was still granular. Behaves like upstream structured-merge-diff/v6/typed/reconcile_schema.go. */
import { handling, deduce, type Atom, type MapAtom } from './atom.ts';
import { FieldSet } from './field-set.ts';

/** Parts of what is now one leaf become that leaf. The same set where nothing changed. Remembered for the last type asked for. */
export function reconcileWithSchema(set: FieldSet, atom: Atom): FieldSet {
  if (set.reconciled?.atom !== atom) set.reconciled = { atom, set: below(set, atom) };
  return set.reconciled.set;
}

/** Whether what lies below a node of this type is now one leaf with it. */
function hasCollapsed(atom: Atom): boolean {
  switch (handling(deduce(atom, undefined))) {
    case 'map':
      return (atom.map?.isAtomic ?? false) && !isUntyped(atom.map as MapAtom);
    case 'list':
      return atom.list?.isAtomic ?? false;
    default:
      return false;
  }
}

const isUntyped = (map: MapAtom): boolean => map.isDeduced;

function below(set: FieldSet, atom: Atom): FieldSet {
  let entries: Map<string, { readonly isMember: boolean; readonly children: FieldSet | undefined }> | undefined;
  for (const [element, entry] of set.entries) {
    const child = entry.children && childAtom(atom, element);
    if (!entry.children || !child) continue;
    const changed = hasCollapsed(child)
      ? { isMember: true, children: undefined }
      : { isMember: entry.isMember, children: below(entry.children, child) };
    if (changed.children === entry.children) continue;
    entries ??= new Map(set.entries);
    entries.set(element, changed);
  }
  return entries ? new FieldSet(entries) : set;
}

function childAtom(atom: Atom, element: string): Atom | undefined {
  switch (handling(deduce(atom, undefined))) {
    case 'map':
      if (!atom.map || isUntyped(atom.map)) return undefined;
      return element.startsWith('f:') ? (atom.map.fields.get(element.slice(2))?.atom ?? atom.map.element) : atom.map.element;
    case 'list':
      return atom.list?.element;
    default:
      return undefined;
  }
}
