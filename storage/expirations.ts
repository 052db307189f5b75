/** Deadlines of keys with a ttl, for drivers that expire keys themselves. One timer for the earliest. */
import type { Clock, Timer } from '../component-base/clock.ts';
import type { Revision } from './interface.ts';

interface Deadline {
  readonly at: number;
  readonly key: string;
  readonly revision: Revision;
}

export class Expirations {
  readonly #clock: Clock;
  readonly #expire: (key: string, revision: Revision) => void;
  /** A binary heap by `at`. Entries of keys that were written again stay: `expire` tells by the revision that they are void. */
  readonly #heap: Deadline[] = [];
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopped = false;

  /** `expire` is called once the time has come; it must ignore a key that is no longer at `revision`. */
  constructor(clock: Clock, expire: (key: string, revision: Revision) => void) {
    this.#clock = clock;
    this.#expire = expire;
  }

  add(key: string, revision: Revision, at: number): void {
    this.#push({ at, key, revision });
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.stop();
  }

  #arm(): void {
    const first = this.#heap[0];
    if (!first || this.#stopped || first.at >= this.#armedFor) return;
    this.#timer?.stop();
    this.#armedFor = first.at;
    this.#timer = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => this.#due());
  }

  #due(): void {
    this.#armedFor = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let first = this.#heap[0]; first && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      this.#expire(first.key, first.revision);
    }
    this.#arm();
  }

  #push(deadline: Deadline): void {
    const heap = this.#heap;
    let i = heap.push(deadline) - 1;
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      const above = heap[parent] as Deadline;
      if (above.at <= deadline.at) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = deadline;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as Deadline).at < (heap[child] as Deadline).at) child++;
      if ((heap[child] as Deadline).at >= last.at) break;
      heap[i] = heap[child] as Deadline;
      i = child;
    }
    heap[i] = last;
  }
}
