/** Ownership after a write, and the merge of an apply. Behaves like upstream structured-merge-diff/v6/merge/update.go. */
import { jsonEqual } from '../../equality.ts';
import type { Obj } from '../../meta.ts';
import type { Atom } from './atom.ts';
import { compareTyped, type Comparison } from './compare.ts';
import { Conflicts } from './conflicts.ts';
import { FieldSet } from './field-set.ts';
import type { Owned } from './managed.ts';
import { mergeTyped } from './merge.ts';
import { reconcileWithSchema } from './reconcile.ts';
import { removeItems } from './remove.ts';
import { toFieldSet, withNamedFields } from './to-field-set.ts';
import { TypeMistakes } from './type-mistakes.ts';

/** The versions of one kind. */
export interface Versions {
  /** Undefined: the version is not served any more. */
  atom(apiVersion: string): Atom | undefined;
  convert(obj: Obj, from: string, to: string): Obj;
  /** Fields that this endpoint never lets anyone own. */
  readonly reset: FieldSet | undefined;
}

/** Changed in place. */
type Managers = Map<string, Owned>;

/** After `next` replaced `live`, both of `version`. */
export function updateOwners(versions: Versions, live: Obj, next: Obj, version: string, managers: Managers, manager: string): void {
  reconcileAll(versions, managers);
  const { removed, modified, added } = settle(versions, live, next, version, managers, manager, true);
  const before = managers.get(manager)?.set ?? FieldSet.EMPTY;
  const set = withoutReset(versions, before.difference(removed).union(modified).union(added));
  if (set.isEmpty) managers.delete(manager);
  else managers.set(manager, { set, apiVersion: version, isApplied: false });
}

/** The merged object, or undefined when it equals `live`. Throws Conflicts. Parts of the result are parts of the operands. */
export function applyConfiguration(
  versions: Versions,
  live: Obj,
  config: Obj,
  version: string,
  managers: Managers,
  manager: string,
  force: boolean,
): Obj | undefined {
  reconcileAll(versions, managers);
  const atom = atomOrFail(versions, version);
  const merged = mergeTyped(atom, live, config) as Obj;
  const last = managers.get(manager);
  managers.set(manager, { set: withoutReset(versions, toFieldSet(atom, config)), apiVersion: version, isApplied: true });
  const pruned = prune(versions, merged, version, managers, manager, last);
  settle(versions, live, pruned, version, managers, manager, force);
  return jsonEqual(live, pruned) ? undefined : pruned;
}

const withoutReset = (versions: Versions, set: FieldSet): FieldSet => (versions.reset ? set.recursiveDifference(versions.reset) : set);

function atomOrFail(versions: Versions, version: string): Atom {
  const atom = versions.atom(version);
  if (!atom) throw new Error(`no corresponding type for ${version}`);
  return atom;
}

function reconcileAll(versions: Versions, managers: Managers): void {
  for (const [key, owned] of managers) {
    const atom = versions.atom(owned.apiVersion);
    if (!atom) {
      managers.delete(key);
      continue;
    }
    const set = reconcileWithSchema(owned.set, atom);
    if (set !== owned.set) managers.set(key, { ...owned, set });
  }
}

/** Takes from all other managers what changed or went. Throws Conflicts unless forced. */
function settle(
  versions: Versions,
  live: Obj,
  next: Obj,
  version: string,
  managers: Managers,
  manager: string,
  force: boolean,
): Comparison {
  const comparisons = new Map<string, Comparison>();
  const comparisonIn = (apiVersion: string): Comparison => {
    let known = comparisons.get(apiVersion);
    if (!known) comparisons.set(apiVersion, (known = compareIn(versions, live, next, version, apiVersion)));
    return known;
  };
  const own = comparisonIn(version);
  const others = [...managers].filter(([key]) => key !== manager);
  const lost = new Map<string, FieldSet>();
  for (const [key, owned] of others) {
    const { modified, added } = comparisonIn(owned.apiVersion);
    const set = owned.set.intersection(modified).union(owned.set.intersection(added));
    if (!set.isEmpty) lost.set(key, set);
  }
  if (!force && lost.size > 0)
    throw new Conflicts([...lost.keys()].sort().flatMap((key) => (lost.get(key)?.paths() ?? []).map((path) => ({ manager: key, path }))));
  for (const [key, owned] of others) {
    const left = owned.set.difference(lost.get(key) ?? FieldSet.EMPTY).difference(comparisonIn(owned.apiVersion).removed);
    if (left !== owned.set) managers.set(key, { ...owned, set: left });
  }
  for (const [key, { set }] of managers) if (set.isEmpty) managers.delete(key);
  return own;
}

/** A mistake in a field says what could not be done. */
function told<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeMistakes) throw new TypeMistakes(`${what}: ${error.message}`);
    throw error;
  }
}

function compareIn(versions: Versions, live: Obj, next: Obj, version: string, apiVersion: string): Comparison {
  const { removed, modified, added } = compareTyped(
    atomOrFail(versions, apiVersion),
    versions.convert(live, version, apiVersion),
    told('failed to convert new object', () => versions.convert(next, version, apiVersion)),
  );
  return { removed: withoutReset(versions, removed), modified: withoutReset(versions, modified), added: withoutReset(versions, added) };
}

/** Removes what the manager applied last time, did not apply this time, and nobody else owns. */
function prune(versions: Versions, merged: Obj, version: string, managers: Managers, manager: string, last: Owned | undefined): Obj {
  const now = managers.get(manager);
  if (!last || last.set.isEmpty || (now?.apiVersion === last.apiVersion && last.set.difference(now.set).isEmpty)) return merged;
  const atom = versions.atom(last.apiVersion);
  if (!atom) return merged;
  const converted = versions.convert(merged, version, last.apiVersion);
  const without = removeItems(atom, converted, withNamedFields(last.set, atom)) as Obj;
  const kept = addBackOwned(versions, converted, without, last.apiVersion, managers);
  const keptAgain = addBackDangling(versions, atom, converted, kept, last);
  return versions.convert(keptAgain, last.apiVersion, version);
}

interface InVersion {
  readonly obj: Obj;
  readonly version: string;
}

/** The removal's own version first: conversion may need what others own there. */
function addBackOwned(versions: Versions, merged: Obj, pruned: Obj, prunedVersion: string, managers: Managers): InVersion {
  const ownedIn = new Map<string, FieldSet>([[prunedVersion, FieldSet.EMPTY]]);
  for (const { apiVersion, set } of managers.values()) ownedIn.set(apiVersion, (ownedIn.get(apiVersion) ?? FieldSet.EMPTY).union(set));
  let all: InVersion = { obj: merged, version: prunedVersion };
  let left: InVersion = { obj: pruned, version: prunedVersion };
  for (const [version, owned] of ownedIn) {
    const atom = versions.atom(version);
    if (!atom) continue;
    all = { obj: versions.convert(all.obj, all.version, version), version };
    const leftSet = withNamedFields(toFieldSet(atom, versions.convert(left.obj, left.version, version)), atom);
    const gone = withNamedFields(toFieldSet(atom, all.obj), atom).difference(leftSet.union(withNamedFields(owned, atom)));
    left = { obj: removeItems(atom, all.obj, gone) as Obj, version };
  }
  return left;
}

/** What went, but was not the applier's. */
function addBackDangling(versions: Versions, atom: Atom, merged: Obj, kept: InVersion, last: Owned): Obj {
  const keptSet = withNamedFields(toFieldSet(atom, versions.convert(kept.obj, kept.version, last.apiVersion)), atom);
  const gone = withNamedFields(toFieldSet(atom, merged), atom).difference(keptSet).intersection(withNamedFields(last.set, atom));
  return removeItems(atom, merged, gone) as Obj;
}
