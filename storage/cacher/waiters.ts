/** Reads that wait for a revision, and questions that concurrent readers share. */
import type { Clock, Timer } from '../../component-base/clock.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Revision } from '../interface.ts';
import type { Cancellable } from './interface.ts';

interface Waiter {
  readonly revision: Revision;
  settle(error?: Error): void;
}

export class Waiters {
  readonly #clock: Clock;
  readonly #askEveryMs: number;
  readonly #ask: () => void;
  readonly #waiting = new Set<Waiter>();
  #timer: Timer | undefined;

  /** `ask` requests progress: at once when somebody begins to wait, and again while somebody does. */
  constructor(clock: Clock, askEveryMs: number, ask: () => void) {
    this.#clock = clock;
    this.#askEveryMs = askEveryMs;
    this.#ask = ask;
  }

  get size(): number {
    return this.#waiting.size;
  }

  wait(revision: Revision, until?: Cancellable): Promise<void> {
    const signal = until?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    return new Promise((resolve, reject) => {
      const onAbort = (): void => waiter.settle(signal?.reason as Error);
      const waiter: Waiter = {
        revision,
        settle: (error) => {
          this.#waiting.delete(waiter);
          signal?.removeEventListener('abort', onAbort);
          if (error) reject(error);
          else resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#ask();
      this.#timer ??= this.#clock.every(this.#askEveryMs, () => this.#again());
    });
  }

  reached(revision: Revision): void {
    for (const waiter of this.#waiting) if (waiter.revision <= revision) waiter.settle();
    this.#stopWhenIdle();
  }

  fail(error: Error): void {
    for (const waiter of this.#waiting) waiter.settle(error);
    this.#stopWhenIdle();
  }

  #again(): void {
    if (this.#waiting.size > 0) this.#ask();
    this.#stopWhenIdle();
  }

  #stopWhenIdle(): void {
    if (this.#waiting.size > 0) return;
    this.#timer?.stop();
    this.#timer = undefined;
  }
}

/** A question whose answer must be younger than the asking: who comes while it is under way shares the next one. */
export class Shared<T> {
  readonly #ask: () => MaybePromise<T>;
  #current: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(ask: () => MaybePromise<T>) {
    this.#ask = ask;
  }

  get(): MaybePromise<T> {
    if (!this.#current) return this.#start();
    this.#next ??= this.#current.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): MaybePromise<T> {
    this.#next = undefined;
    const current = this.#ask();
    if (!(current instanceof Promise)) return current;
    this.#current = current;
    void this.#clearAfter(current);
    return current;
  }

  async #clearAfter(current: Promise<T>): Promise<void> {
    await Promise.allSettled([current]);
    if (this.#current === current) this.#current = undefined;
  }
}
