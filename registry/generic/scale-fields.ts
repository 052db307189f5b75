/** Field ownership between a resource and its scale. Behaves like upstream apimachinery/pkg/util/managedfields/scalehandler.go. */
import { FieldSet } from '../../apimachinery/patch/apply/field-set.ts';
import { decodeManaged, emptyManaged, encodeManaged, type Entries, type Managed } from '../../apimachinery/patch/apply/managed.ts';
import { fieldElement } from '../../apimachinery/patch/apply/path-element.ts';
import type { ManagedFieldsEntry } from '../../apimachinery/types/meta.gen.ts';

const SCALE_VERSION = 'autoscaling/v1';
const IN_SCALE = pathOf(['spec', 'replicas']);

function pathOf(names: readonly string[]): ReturnType<typeof fieldElement>[] {
  return names.map(fieldElement);
}

/** What the scale shows of the parent's entries: those that own the replicas. */
export function scaleEntries(parent: Entries | undefined, replicas: readonly string[]): ManagedFieldsEntry[] | undefined {
  const path = pathOf(replicas);
  const managed = decodeManaged(parent);
  const scale = emptyManaged();
  for (const [key, owned] of managed.fields) {
    if (!owned.set.has(path)) continue;
    scale.fields.set(key, { set: FieldSet.of(IN_SCALE), apiVersion: SCALE_VERSION, isApplied: owned.isApplied });
    scale.times.set(key, managed.times.get(key));
  }
  return encodeManaged(scale);
}

/** The parent's entries after a change of its scale. `apiVersion`: of the parent. */
export function parentEntries(parent: Entries | undefined, scale: Entries | undefined, apiVersion: string, replicas: readonly string[]): ManagedFieldsEntry[] | undefined {
  const path = pathOf(replicas);
  const before = decodeManaged(parent);
  const changed = new Map(decodeManaged(scale).fields);
  const after = emptyManaged();
  for (const [key, owned] of before.fields) {
    const kept = !owned.set.has(path) || changed.delete(key) ? owned.set : owned.set.difference(FieldSet.of(path));
    if (!kept.isEmpty) keep(after, before, key, { ...owned, set: kept });
  }
  for (const [key, owned] of changed) {
    if (owned.set.has(IN_SCALE)) keep(after, before, key, { set: FieldSet.of(path), apiVersion, isApplied: owned.isApplied });
  }
  return encodeManaged(after);
}

function keep(after: Managed, before: Managed, key: string, owned: Parameters<Managed['fields']['set']>[1]): void {
  after.fields.set(key, owned);
  after.times.set(key, before.times.get(key));
}

