/**
 * Writes that wait until the stream has brought them: watchers of this server hear of a write before its writer does, as they do where store and server are one process.
 * Without a stream nobody waits.
 */
import type { Revision } from '../interface.ts';

interface Waiter {
  readonly revision: Revision;
  resolve(): void;
}

export class Passing {
  #waiting: Waiter[] = [];
  #isFlowing = false;

  /** undefined: there is nothing to wait for. */
  until(revision: Revision, current: Revision): Promise<void> | undefined {
    if (!this.#isFlowing || revision <= current) return undefined;
    return new Promise((resolve) => this.#waiting.push({ revision, resolve }));
  }

  begin(): void {
    this.#isFlowing = true;
  }

  reached(revision: Revision): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting)
      if (waiter.revision <= revision) waiter.resolve();
      else this.#waiting.push(waiter);
  }

  /** The stream is interrupted or over. */
  end(): void {
    this.#isFlowing = false;
    this.reached(Number.POSITIVE_INFINITY);
  }
}
