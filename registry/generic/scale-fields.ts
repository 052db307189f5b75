/** Field ownership between a resource and its scale. Behaves like upstream apimachinery/pkg/util/managedfields/scalehandler.go. */
import { FieldSet } from '../../apimachinery/patch/apply/field-set.ts';
import { decodeManaged, emptyManaged, encodeManaged, type Entries, type Managed, type Owned } from '../../apimachinery/patch/apply/managed.ts';
import { fieldElement } from '../../apimachinery/patch/apply/path-element.ts';
import type { ManagedFieldsEntry } from '../../apimachinery/types/meta.gen.ts';

const SCALE_VERSION = 'autoscaling/v1';
const IN_SCALE = pathOf(['spec', 'replicas']);

function pathOf(names: readonly string[]): ReturnType<typeof fieldElement>[] {
  return names.map(fieldElement);
}

/** Where the replicas are in a version of the parent; undefined: nowhere. */
export type ReplicasIn = (apiVersion: string) => readonly string[] | undefined;

function ownsReplicas({ set, apiVersion }: Owned, replicasIn: ReplicasIn): boolean {
  const replicas = replicasIn(apiVersion);
  return replicas !== undefined && set.has(pathOf(replicas));
}

/** What the scale shows of the parent's entries: those that own the replicas. */
export function scaleEntries(parent: Entries | undefined, replicasIn: ReplicasIn): ManagedFieldsEntry[] | undefined {
  const managed = decodeManaged(parent);
  const scale = emptyManaged();
  for (const [key, owned] of managed.fields) {
    if (!ownsReplicas(owned, replicasIn)) continue;
    scale.fields.set(key, { set: FieldSet.of(IN_SCALE), apiVersion: SCALE_VERSION, isApplied: owned.isApplied });
    scale.times.set(key, managed.times.get(key));
  }
  return encodeManaged(scale);
}

/** The parent's entries after a change of its scale. `apiVersion`: of the parent. */
export function parentEntries(parent: Entries | undefined, scale: Entries | undefined, apiVersion: string, replicasIn: ReplicasIn): ManagedFieldsEntry[] | undefined {
  const before = decodeManaged(parent);
  const changed = new Map(decodeManaged(scale).fields);
  const after = emptyManaged();
  for (const [key, owned] of before.fields) {
    const kept = !ownsReplicas(owned, replicasIn) || changed.delete(key) ? owned.set : owned.set.difference(FieldSet.of(pathOf(replicasIn(owned.apiVersion) ?? [])));
    if (!kept.isEmpty) keep(after, before, key, { ...owned, set: kept });
  }
  for (const [key, owned] of changed) {
    if (owned.set.has(IN_SCALE)) keep(after, before, key, { set: FieldSet.of(pathOf(replicasIn(apiVersion) ?? [])), apiVersion, isApplied: owned.isApplied });
  }
  return encodeManaged(after);
}

function keep(after: Managed, before: Managed, key: string, owned: Owned): void {
  after.fields.set(key, owned);
  after.times.set(key, before.times.get(key));
}

