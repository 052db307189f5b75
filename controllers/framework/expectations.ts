/**
 * What a controller has done and not yet seen: until its caches have caught up, it must not act on them again.
 * Behaves like upstream pkg/controller/controller_utils.go UIDTrackingControllerExpectations.
 */
import type { Clock } from '../../component-base/clock.ts';

/** Expectations older than this count as met: an event was lost. */
const TIMEOUT = 5 * 60_000;

interface Expected {
  creations: number;
  /** Uids whose deletion was asked for and not yet seen. */
  readonly deletions: Set<string>;
  at: number;
}

/** `key`: keyText of the owner. */
export class Expectations {
  readonly #clock: Clock;
  readonly #expected = new Map<string, Expected>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the caches show everything that was done for `key`. */
  satisfied(key: string): boolean {
    const expected = this.#expected.get(key);
    if (!expected) return true;
    return (expected.creations <= 0 && expected.deletions.size === 0) || this.#clock.monotonic() - expected.at > TIMEOUT;
  }

  /** `count` objects are about to be created. */
  expectCreations(key: string, count: number): void {
    this.#of(key).creations += count;
  }

  expectDeletions(key: string, uids: readonly string[]): void {
    const { deletions } = this.#of(key);
    for (const uid of uids) deletions.add(uid);
  }

  /** One creation was seen, or failed. */
  creationObserved(key: string): void {
    const expected = this.#expected.get(key);
    if (expected && expected.creations > 0) expected.creations--;
  }

  deletionObserved(key: string, uid: string): void {
    this.#expected.get(key)?.deletions.delete(uid);
  }

  forget(key: string): void {
    this.#expected.delete(key);
  }

  #of(key: string): Expected {
    let expected = this.#expected.get(key);
    if (!expected || this.satisfied(key)) this.#expected.set(key, (expected = { creations: 0, deletions: new Set(), at: 0 }));
    expected.at = this.#clock.monotonic();
    return expected;
  }
}
