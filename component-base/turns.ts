/**
 * Lets the event loop turn although work goes on that waits for nothing outside: components that call each other in one process could otherwise keep it from sockets and timers for ever.
 * One for all who share a process.
 */
import type { Clock } from './clock.ts';

const BUDGET_MS = 10;

export class Turns {
  readonly #clock: Clock;
  /** When this turn began, and what the next one begins with; undefined: nobody has worked in this turn. */
  #turn: { readonly since: number; readonly next: Promise<void> } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** undefined: go on. A promise: this turn's time is used up, go on when it resolves, in the next. */
  pause(): Promise<void> | undefined {
    const now = this.#clock.monotonic();
    this.#turn ??= { since: now, next: this.#nextTurn() };
    return now - this.#turn.since < BUDGET_MS ? undefined : this.#turn.next;
  }

  #nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(0, () => {
        this.#turn = undefined;
        resolve();
      });
    });
  }
}
