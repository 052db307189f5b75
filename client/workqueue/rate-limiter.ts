/** How long a key that failed has to wait. Behaves like upstream client-go/util/workqueue default_rate_limiters.go. */
import type { Clock } from '../../component-base/clock.ts';

export interface RateLimiter<K> {
  /** Milliseconds until `key` may be tried again; counts as one more failure. */
  when(key: K): number;
  /** `key` succeeded or is given up. */
  forget(key: K): void;
  /** How often `key` failed. */
  failures(key: K): number;
}

/** base * 2^failures milliseconds for each key on its own, at most `max`. */
export function newExponentialLimiter<K>(base = 5, max = 1_000_000): RateLimiter<K> {
  const failures = new Map<K, number>();
  return {
    when(key) {
      const n = failures.get(key) ?? 0;
      failures.set(key, n + 1);
      return Math.min(max, base * 2 ** n);
    },
    forget: (key) => void failures.delete(key),
    failures: (key) => failures.get(key) ?? 0,
  };
}

/** A bucket of `burst` tokens that fills by `perSecond`; tokens may be borrowed from the future. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #clock: Clock;
  /** Negative: so many are borrowed. */
  #tokens: number;
  #at: number;

  constructor(perSecond: number, burst: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#clock = clock;
    this.#tokens = burst;
    this.#at = clock.monotonic();
  }

  /** Takes a token; milliseconds until it is there. */
  reserve(): number {
    this.#fill();
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : (-this.#tokens / this.#perSecond) * 1000;
  }

  /** Takes a token if one is there now. */
  tryAccept(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
  }
}

/** What controllers use: 5 ms doubling to `max` (1000 s) for each key, and 10 failures a second (100 at once) over all keys. */
export function newDefaultControllerLimiter<K>(clock: Clock, max = 1_000_000): RateLimiter<K> {
  const perKey = newExponentialLimiter<K>(5, max);
  const bucket = new TokenBucket(10, 100, clock);
  return { ...perKey, when: (key) => Math.max(perKey.when(key), bucket.reserve()) };
}
