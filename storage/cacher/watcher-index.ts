/** The watchers of one resource, by what their objects must have, so that a change visits only those it may concern. */
import type { Change } from './change.ts';
import type { CacheSpec, Match, Tested } from './interface.ts';
import { indexOf } from './match.ts';
import type { Watcher } from './watcher.ts';

/** Buckets are named by one condition of the match; a watcher stands in exactly one, that of its most selective condition. */
function bucketOf({ namespace, name, index }: Match): string {
  if (name !== undefined) return namespace ? `key ${namespace}/${name}` : `name ${name}`;
  if (index) return `index ${index.name} ${index.value}`;
  return namespace ? `namespace ${namespace}` : 'all';
}

export class WatcherIndex {
  readonly #spec: CacheSpec;
  readonly #buckets = new Map<string, Set<Watcher>>();
  /** How many watchers use each index. */
  readonly #indexUsers = new Map<string, number>();
  #size = 0;

  constructor(spec: CacheSpec) {
    this.#spec = spec;
  }

  get size(): number {
    return this.#size;
  }

  add(watcher: Watcher): void {
    const { match } = watcher.request;
    const bucket = bucketOf(match);
    const watchers = this.#buckets.get(bucket) ?? new Set();
    this.#buckets.set(bucket, watchers.add(watcher));
    this.#size++;
    if (match.index) this.#indexUsers.set(match.index.name, (this.#indexUsers.get(match.index.name) ?? 0) + 1);
  }

  delete(watcher: Watcher): void {
    const { match } = watcher.request;
    const bucket = bucketOf(match);
    const watchers = this.#buckets.get(bucket);
    if (!watchers?.delete(watcher)) return;
    this.#size--;
    if (watchers.size === 0) this.#buckets.delete(bucket);
    if (!match.index) return;
    const users = (this.#indexUsers.get(match.index.name) ?? 1) - 1;
    if (users > 0) this.#indexUsers.set(match.index.name, users);
    else this.#indexUsers.delete(match.index.name);
  }

  all(): Watcher[] {
    return [...this.#buckets.values()].flatMap((watchers) => [...watchers]);
  }

  /** Offers the change to each watcher whose bucket it falls into, before or after. */
  offer(change: Change): void {
    if (this.#size === 0) return;
    const { tested } = change;
    if (!tested || change.broken) return this.#offerToAll(change);
    this.#offerTo('all', change);
    this.#offerTo(`name ${tested.name}`, change);
    if (tested.namespace !== '') {
      this.#offerTo(`namespace ${tested.namespace}`, change);
      this.#offerTo(`key ${tested.namespace}/${tested.name}`, change);
    }
    for (const bucket of this.#indexBuckets(change)) this.#offerTo(bucket, change);
  }

  #offerTo(bucket: string, change: Change): void {
    const watchers = this.#buckets.get(bucket);
    if (watchers) for (const watcher of watchers) watcher.offer(change, true);
  }

  #indexBuckets({ previous, record }: Change): Set<string> {
    const buckets = new Set<string>();
    for (const name of this.#indexUsers.keys()) {
      const valuesOf = indexOf(this.#spec, name);
      const add = (tested: Tested | undefined): void => {
        if (tested) for (const value of valuesOf(tested)) buckets.add(`index ${name} ${value}`);
      };
      add(previous?.tested);
      add(record?.tested);
    }
    return buckets;
  }

  /** What cannot be decoded may match any selector. */
  #offerToAll(change: Change): void {
    for (const watcher of this.all()) watcher.offer(change);
  }
}
