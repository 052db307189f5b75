/**
 * How often one key may be reconciled: a burst, then at a steady rate. Two components that undo each other's work turn slowly then, and the rest of the cluster has its time.
 * Stands where upstream's controllers have the limits of their clients (--kube-api-qps, --kube-api-burst).
 */
import type { Clock } from '../../component-base/clock.ts';

const BURST = 100;
const PER_SECOND = 20;

export class Pace {
  readonly #clock: Clock;
  /** When the key's whole burst will be there again. Keys for which that is past are not kept. */
  readonly #fullAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one reconciliation. Milliseconds by which it must be put off; then it is not counted. 0: now. */
  wait(key: string): number {
    const now = this.#clock.monotonic();
    const step = 1000 / PER_SECOND;
    const fullAt = Math.max(now, this.#fullAt.get(key) ?? now) + step;
    const late = fullAt - now - BURST * step;
    if (late > 0) return late;
    this.#fullAt.set(key, fullAt);
    if (this.#fullAt.size > 1000) this.#forget(now);
    return 0;
  }

  #forget(now: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
  }
}
