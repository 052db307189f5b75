/**
 * Compares what a cache holds with what the store holds at the same revision. A difference should never be; where it is, the resource is listed anew.
 * Behaves like upstream apiserver/pkg/storage/cacher/delegator.go (consistencyChecker).
 */
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { isStorageError } from '../errors.ts';
import type { Revision, Storage } from '../interface.ts';
import { compareKeys } from '../keys.ts';
import type { SortedMap } from '../sorted-map.ts';
import type { CacheSpec, Difference, Inconsistency } from './interface.ts';
import { nextTurn } from '../../component-base/turn.ts';

const PAGE = 500;
const TOLD = 5;

/** Digests are FNV-1a of 32 bits, over keys and revisions in key order. */
class Digest {
  #sum = 0x811c9dc5;

  add(key: string, revision: Revision): void {
    const text = `${key}@${revision}\n`;
    for (let i = 0; i < text.length; i++) this.#sum = Math.imul(this.#sum ^ text.charCodeAt(i), 0x01000193);
  }

  toString(): string {
    return (this.#sum >>> 0).toString(16);
  }
}

/** What one side holds, in key order. */
interface Entry {
  readonly key: string;
  readonly revision: Revision;
}

/** Walks through both sides at once. */
class Comparison {
  readonly cacheDigest = new Digest();
  readonly storeDigest = new Digest();
  readonly differences: Difference[] = [];
  readonly #cached: Iterator<readonly [string, Entry], void>;
  #next: Entry | undefined;

  constructor(state: SortedMap<Entry>) {
    this.#cached = state.entries();
    this.#advance();
  }

  /** The next of the store's; undefined: there are no more. */
  see(stored: Entry | undefined): void {
    if (stored) this.storeDigest.add(stored.key, stored.revision);
    let held = this.#next;
    for (; held && (!stored || compareKeys(held.key, stored.key) < 0); held = this.#advance()) this.#differs({ key: held.key, cached: held.revision });
    if (!stored) return;
    if (held?.key !== stored.key) return this.#differs({ key: stored.key, stored: stored.revision });
    if (held.revision !== stored.revision) this.#differs({ key: stored.key, cached: held.revision, stored: stored.revision });
    this.#advance();
  }

  #differs(difference: Difference): void {
    if (this.differences.length < TOLD) this.differences.push(difference);
  }

  #advance(): Entry | undefined {
    const { value } = this.#cached.next();
    this.#next = value ? value[1] : undefined;
    if (this.#next) this.cacheDigest.add(this.#next.key, this.#next.revision);
    return this.#next;
  }
}

/** `state` is what the cache held at `revision`, standing still. Throws what the store throws: Compacted, when the check was too slow. */
export async function compareWithStore(storage: Storage, spec: CacheSpec, state: SortedMap<Entry>, revision: Revision): Promise<Inconsistency | undefined> {
  const comparison = new Comparison(state);
  for (let after: string | undefined; ;) {
    const page = await storage.list(spec.range, { at: revision, limit: PAGE, keysOnly: true, ...(after !== undefined && { after }) });
    for (const stored of page.items) comparison.see(stored);
    after = page.items.at(-1)?.key;
    if (!page.more || after === undefined) break;
    await nextTurn();
  }
  comparison.see(undefined);
  const { cacheDigest, storeDigest, differences } = comparison;
  if (differences.length === 0) return undefined;
  return { storedAs: spec.storedAs, revision, cacheDigest: `${cacheDigest}`, storeDigest: `${storeDigest}`, differences };
}

export function describeInconsistency({ storedAs, revision, cacheDigest, storeDigest, differences }: Inconsistency): string {
  const lines = differences.map(({ key, cached = 'nothing', stored = 'nothing' }) => `${key} (cache ${cached}, store ${stored})`);
  return `the cache of ${storedAs} differs from the store at revision ${revision}: digest ${cacheDigest}, not ${storeDigest}: ${lines.join(', ')}`;
}

export interface CheckerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly everyMs: number;
  check(): Promise<readonly Inconsistency[]>;
  onInconsistency(found: readonly Inconsistency[]): void;
}

/** Checks when `tick` finds that it is time. A store that cannot be asked is asked the next time. */
export class ConsistencyChecker {
  readonly #options: CheckerOptions;
  #nextAt: number;

  constructor(options: CheckerOptions) {
    this.#options = options;
    this.#nextAt = options.clock.monotonic() + options.everyMs;
  }

  tick(): void {
    const { clock, everyMs } = this.#options;
    if (clock.monotonic() < this.#nextAt) return;
    this.#nextAt = clock.monotonic() + everyMs;
    void this.#run();
  }

  async #run(): Promise<void> {
    const { check, log, onInconsistency } = this.#options;
    try {
      const found = await check();
      for (const one of found) log.error('a cache is wrong and is made anew', new Error(describeInconsistency(one)));
      if (found.length > 0) onInconsistency(found);
    } catch (error) {
      if (!isStorageError(error, 'Closed') && !isStorageError(error, 'NotServed')) log.error('the cache could not be compared with the store', error);
    }
  }
}
