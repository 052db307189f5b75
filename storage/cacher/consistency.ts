/**
 * Compares what a cache holds with what the store holds at the same revision. A difference should never be; where it is, the resource is listed anew.
 * Behaves like upstream apiserver/pkg/storage/cacher/delegator.go (consistencyChecker).
 */
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { isStorageError } from '../errors.ts';
import type { Revision, Storage } from '../interface.ts';
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

/** `state` is what the cache held at `revision`, standing still. Throws what the store throws: Compacted, when the check was too slow. */
export async function compareWithStore(
  storage: Storage,
  spec: CacheSpec,
  state: SortedMap<{ readonly key: string; readonly revision: Revision }>,
  revision: Revision,
): Promise<Inconsistency | undefined> {
  const [cacheDigest, storeDigest] = [new Digest(), new Digest()];
  const cached = new Map<string, Revision>();
  for (const [key, held] of state.entries()) {
    cacheDigest.add(key, held.revision);
    cached.set(key, held.revision);
  }
  const differences: Difference[] = [];
  for (let after: string | undefined; ;) {
    const page = await storage.list(spec.range, { at: revision, limit: PAGE, ...(after !== undefined && { after }) });
    for (const { key, revision: stored } of page.items) {
      storeDigest.add(key, stored);
      const held = cached.get(key);
      cached.delete(key);
      if (held !== stored) differences.push(held === undefined ? { key, stored } : { key, cached: held, stored });
    }
    after = page.items.at(-1)?.key;
    if (!page.more || after === undefined) break;
    await nextTurn();
  }
  for (const [key, held] of cached) differences.push({ key, cached: held });
  if (differences.length === 0) return undefined;
  return { storedAs: spec.storedAs, revision, cacheDigest: `${cacheDigest}`, storeDigest: `${storeDigest}`, differences: differences.slice(0, TOLD) };
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
