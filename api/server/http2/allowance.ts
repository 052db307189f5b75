/** How often a client may do what costs the server more than the client. Neighbour: connection.ts. */
import type { Clock } from '../../../component-base/clock.ts';

/** As nghttp2 has it: so many resets at once, and so many more a second. */
const BURST = 1000;
const PER_SECOND = 33;

/** How many requests a client may begin and reset: each costs the server an answer that nobody reads (CVE-2023-44487). */
export class Allowance {
  readonly #clock: Clock;
  #left = BURST;
  #at: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#at = clock.monotonic();
  }

  /** Whether there was one left. */
  take(): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(BURST, this.#left + ((now - this.#at) / 1000) * PER_SECOND);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
