/** Deadlines of keys with a ttl, for drivers that expire keys themselves. One timer for the earliest. */
import type { Clock, Timer } from '../component-base/clock.ts';
import { Heap } from '../component-base/heap.ts';
import type { Revision } from './interface.ts';

interface Deadline {
  readonly at: number;
  readonly key: string;
  readonly revision: Revision;
}

export class Expirations {
  readonly #clock: Clock;
  readonly #expire: (key: string, revision: Revision) => void;
  /** A key that was written again without a ttl stays: `expire` tells by the revision that its deadline is void. */
  readonly #deadlines = new Heap<Deadline>(
    (deadline) => deadline.key,
    (a, b) => a.at < b.at,
  );
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopped = false;

  /** `expire` is called once the time has come; it must ignore a key that is no longer at `revision`. */
  constructor(clock: Clock, expire: (key: string, revision: Revision) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  add(key: string, revision: Revision, at: number): void {
    this.#deadlines.set({ at, key, revision });
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.stop();
  }

  #arm(): void {
    const first = this.#deadlines.peek();
    if (!first || this.#stopped || first.at >= this.#armedFor) return;
    this.#timer?.stop();
    this.#armedFor = first.at;
    this.#timer = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => this.#due());
  }

  #due(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let first = this.#deadlines.peek(); first && first.at <= now; first = this.#deadlines.peek()) {
      this.#deadlines.pop();
      this.#expire(first.key, first.revision);
    }
    this.#arm();
  }
}
