/** No object keeps more than ten entries of updates. Behaves like upstream apimachinery/pkg/util/managedfields/internal/capmanagers.go. */
import { managerKey, secondsOf, type Managed } from './managed.ts';

export const MAX_UPDATE_MANAGERS = 10;
const ANCIENT = 'ancient-changes';

/** Joins the oldest entries of one version into one, until there are few enough. */
export function capUpdateManagers(managed: Managed): void {
  const updaters = [...managed.fields].filter(([, owned]) => !owned.isApplied).map(([key]) => key);
  let excess = updaters.length - MAX_UPDATE_MANAGERS;
  if (excess <= 0) return;
  updaters.sort((a, b) => secondsOf(managed.times.get(a)) - secondsOf(managed.times.get(b)) || (a < b ? -1 : 1));
  const firstOf = new Map<string, string>();
  for (const key of updaters) {
    if (excess <= 0) return;
    const owned = managed.fields.get(key);
    if (!owned) continue;
    const first = firstOf.get(owned.apiVersion);
    if (first === undefined) firstOf.set(owned.apiVersion, key);
    else {
      join(managed, first, key, owned.apiVersion);
      excess--;
    }
  }
}

function join(managed: Managed, first: string, key: string, apiVersion: string): void {
  const bucket = managerKey(ANCIENT, 'Update', apiVersion, '');
  const start = managed.fields.get(bucket) ?? managed.fields.get(first);
  if (!managed.fields.has(bucket)) managed.fields.delete(first);
  const owned = managed.fields.get(key);
  if (!owned || !start) return;
  managed.fields.set(bucket, { ...owned, set: owned.set.union(start.set) });
  if (key !== bucket) managed.fields.delete(key);
  managed.times.set(bucket, managed.times.get(key));
}
