/** Sets of paths into an object, as tries. Behaves like upstream sigs.k8s.io/structured-merge-diff/v6/fieldpath/set.go. */
import { compareElements, type Path, type PathElement } from './path-element.ts';

export interface Entry {
  /** The path that ends here is in the set. */
  readonly isMember: boolean;
  /** Never empty. */
  readonly children: FieldSet | undefined;
}

const LEAF: Entry = { isMember: true, children: undefined };

/** Immutable once it is handed out: operations return new sets, or one of their operands where nothing changes. */
export class FieldSet {
  readonly entries: ReadonlyMap<PathElement, Entry>;
  /** What ./fields-v1.ts and ./reconcile.ts made of this set: beside it, because weak maps of short-lived sets burden the collector. */
  encoded: Readonly<Record<string, unknown>> | undefined;
  reconciled: { readonly atom: object; readonly set: FieldSet } | undefined;

  constructor(entries: Map<PathElement, Entry> = new Map()) {
    this.entries = entries;
  }

  static get EMPTY(): FieldSet {
    return EMPTY;
  }

  static of(...paths: readonly Path[]): FieldSet {
    return paths.reduce((set, path) => set.with(path), FieldSet.EMPTY);
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  /** While the set is built only. */
  addMember(element: PathElement): void {
    const entries = this.entries as Map<PathElement, Entry>;
    const known = entries.get(element);
    entries.set(element, known?.children ? { isMember: true, children: known.children } : LEAF);
  }

  /** While the set is built only. `children` must have no entry yet; an empty set is not added. */
  addChildren(element: PathElement, children: FieldSet | undefined): void {
    if (!children || children.isEmpty) return;
    const entries = this.entries as Map<PathElement, Entry>;
    const known = entries.get(element);
    entries.set(element, { isMember: known?.isMember ?? false, children: known?.children ? known.children.union(children) : children });
  }

  with(path: Path): FieldSet {
    const [first, ...rest] = path;
    if (first === undefined) return this;
    const added = new FieldSet();
    if (rest.length === 0) added.addMember(first);
    else added.addChildren(first, FieldSet.EMPTY.with(rest));
    return this.union(added);
  }

  has(path: Path): boolean {
    let entries: ReadonlyMap<PathElement, Entry> | undefined = this.entries;
    for (let i = 0; i < path.length - 1; i++) entries = entries?.get(path[i] as PathElement)?.children?.entries;
    return entries?.get(path[path.length - 1] as PathElement)?.isMember ?? false;
  }

  children(element: PathElement): FieldSet | undefined {
    return this.entries.get(element)?.children;
  }

  union(other: FieldSet): FieldSet {
    if (other.isEmpty || other === this) return this;
    if (this.isEmpty) return other;
    const entries = new Map(this.entries);
    let hasChanged = false;
    for (const [element, theirs] of other.entries) {
      const ours = entries.get(element);
      const merged = ours ? unite(ours, theirs) : theirs;
      if (merged === ours) continue;
      entries.set(element, merged);
      hasChanged = true;
    }
    return hasChanged ? new FieldSet(entries) : this;
  }

  intersection(other: FieldSet): FieldSet {
    const [small, large] = this.entries.size <= other.entries.size ? [this, other] : [other, this];
    const entries = new Map<PathElement, Entry>();
    for (const [element, a] of small.entries) {
      const b = large.entries.get(element);
      if (!b) continue;
      const children = a.children && b.children ? orNone(a.children.intersection(b.children)) : undefined;
      const isMember = a.isMember && b.isMember;
      if (isMember || children) entries.set(element, { isMember, children });
    }
    return entries.size === 0 ? FieldSet.EMPTY : new FieldSet(entries);
  }

  /** What stands in this set only. A parent does not take its children with it. */
  difference(other: FieldSet): FieldSet {
    return this.#without(other, (ours, theirs) => ({
      isMember: ours.isMember && !theirs.isMember,
      children: ours.children && theirs.children ? orNone(ours.children.difference(theirs.children)) : ours.children,
    }));
  }

  /** As difference, but a parent takes its children with it. */
  recursiveDifference(other: FieldSet): FieldSet {
    return this.#without(other, (ours, theirs) => {
      if (theirs.isMember) return { isMember: false, children: undefined };
      return {
        isMember: ours.isMember,
        children: ours.children && theirs.children ? orNone(ours.children.recursiveDifference(theirs.children)) : ours.children,
      };
    });
  }

  #without(other: FieldSet, rest: (ours: Entry, theirs: Entry) => Entry): FieldSet {
    let entries: Map<PathElement, Entry> | undefined;
    for (const [element, theirs] of other.entries) {
      const ours = this.entries.get(element);
      if (!ours) continue;
      const left = rest(ours, theirs);
      if (left.isMember === ours.isMember && left.children === ours.children) continue;
      entries ??= new Map(this.entries);
      if (left.isMember || left.children) entries.set(element, left);
      else entries.delete(element);
    }
    return entries ? new FieldSet(entries) : this;
  }

  equals(other: FieldSet): boolean {
    if (this === other) return true;
    if (this.entries.size !== other.entries.size) return false;
    for (const [element, a] of this.entries) {
      const b = other.entries.get(element);
      if (!b || a.isMember !== b.isMember || !a.children !== !b.children) return false;
      if (a.children && b.children && !a.children.equals(b.children)) return false;
    }
    return true;
  }

  /** Members of a level before what lies below it, each sorted. */
  paths(): Path[] {
    const elements = this.sortedElements();
    const own = elements.filter((element) => this.entries.get(element)?.isMember).map((element) => [element]);
    const below = elements.flatMap((element) => (this.children(element)?.paths() ?? []).map((path) => [element, ...path]));
    return [...own, ...below];
  }

  sortedElements(): PathElement[] {
    const elements = [...this.entries.keys()];
    for (let i = 1; i < elements.length; i++)
      if (compareElements(elements[i - 1] as string, elements[i] as string) > 0) return elements.sort(compareElements);
    return elements;
  }
}

const orNone = (set: FieldSet): FieldSet | undefined => (set.isEmpty ? undefined : set);

function unite(a: Entry, b: Entry): Entry {
  const children = a.children && b.children ? a.children.union(b.children) : (a.children ?? b.children);
  const isMember = a.isMember || b.isMember;
  return isMember === a.isMember && children === a.children ? a : { isMember, children };
}

/** The compiler emits a class that names itself in a static field wrongly. */
const EMPTY = new FieldSet();
