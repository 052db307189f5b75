/**
 * Writes that wait until the stream has brought them: watchers of this server hear of a write before its writer does, as they do where store and server are one process.
 * Without a stream nobody waits.
 */
import type { Revision } from '../interface.ts';

export class Passing {
  readonly #waiting = new Set<{ readonly revision: Revision; resolve(): void }>();
  #isFlowing = false;

  /** undefined: there is nothing to wait for. */
  until(revision: Revision, current: Revision): Promise<void> | undefined {
    if (!this.#isFlowing || revision <= current) return undefined;
    return new Promise((resolve) => this.#waiting.add({ revision, resolve }));
  }

  begin(): void {
    this.#isFlowing = true;
  }

  reached(revision: Revision): void {
    for (const waiter of this.#waiting) if (waiter.revision <= revision) this.#release(waiter);
  }

  /** The stream is interrupted or over. */
  end(): void {
    this.#isFlowing = false;
    for (const waiter of this.#waiting) this.#release(waiter);
  }

  #release(waiter: { readonly revision: Revision; resolve(): void }): void {
    this.#waiting.delete(waiter);
    waiter.resolve();
  }
}
