/** Growing pauses between tries. Behaves like upstream apimachinery/pkg/util/wait Backoff. */
import type { Clock } from './clock.ts';
import type { Rand } from './rand.ts';

export interface BackoffOptions {
  /** Milliseconds of the first pause. */
  readonly initial: number;
  /** No pause is longer, before jitter. */
  readonly max: number;
  /** Each pause is this many times the one before; 2 unless told. */
  readonly factor?: number;
  /** A pause of d becomes one in [d, d * (1 + jitter)); 0 unless told. */
  readonly jitter?: number;
  /** After this many milliseconds without a call, the next pause is the first again. */
  readonly resetAfter?: number;
}

/** `d` stretched by up to `factor` times itself. */
export function jittered(d: number, factor: number, rand: Rand): number {
  return d + rand.float() * factor * d;
}

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #clock: Clock;
  readonly #rand: Rand;
  #next: number;
  #last: number | undefined;

  constructor(options: BackoffOptions, clock: Clock, rand: Rand) {
    this.#options = options;
    this.#clock = clock;
    this.#rand = rand;
    this.#next = options.initial;
  }

  /** Milliseconds to wait now; the next call gives more. */
  next(): number {
    const { factor = 2, jitter = 0, max, resetAfter } = this.#options;
    const now = this.#clock.monotonic();
    if (resetAfter !== undefined && this.#last !== undefined && now - this.#last > resetAfter) this.reset();
    this.#last = now;
    const pause = this.#next;
    this.#next = Math.min(max, pause * factor);
    return jittered(pause, jitter, this.#rand);
  }

  reset(): void {
    this.#next = this.#options.initial;
  }
}
