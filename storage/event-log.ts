/** What a driver that keeps its own history (memory, lmdb) offers to watches, and the watch that reads it. */
import { compacted } from './errors.ts';
import type { KeyRange, Revision, StorageEvent, StorageWatch, WatchBatch, WatchOptions } from './interface.ts';
import { inRange } from './keys.ts';

export interface EventSlice {
  readonly events: readonly StorageEvent[];
  /** All events after the asked revision up to here are in the slice. */
  readonly upTo: Revision;
}

export interface EventLog {
  /** The newest revision that watches may be told. */
  readonly newest: Revision;
  readonly compactedRevision: Revision;
  readonly closed: boolean;
  /** Events after `from` in order: about `limit` of them, a revision is never split. `from` is not below the compacted revision. `withPrevious`: they must tell what they replaced. */
  read(from: Revision, limit: number, withPrevious: boolean): EventSlice;
  /** Calls `wake` whenever one of the above changed; returns the function that ends it. */
  onChange(wake: () => void): () => void;
}

/** The waiting readers of a log. */
export class Wakers {
  readonly #wakers = new Set<() => void>();

  add(wake: () => void): () => void {
    this.#wakers.add(wake);
    return () => void this.#wakers.delete(wake);
  }

  wakeAll(): void {
    for (const wake of this.#wakers) wake();
  }
}

const BATCH = 500;

/** A cursor over an EventLog. */
export class LogWatch implements StorageWatch {
  readonly #log: EventLog;
  readonly #range: KeyRange;
  readonly #signal: AbortSignal;
  readonly #withPrevious: boolean;
  #position: Revision;
  #progressAsked = false;
  #wake: (() => void) | undefined;

  constructor(log: EventLog, range: KeyRange, from: Revision, signal: AbortSignal, { previous = true }: WatchOptions = {}) {
    this.#log = log;
    this.#range = range;
    this.#position = from;
    this.#signal = signal;
    this.#withPrevious = previous;
  }

  requestProgress(): void {
    this.#progressAsked = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch, void> {
    const wake = (): void => this.#wake?.();
    const stop = this.#log.onChange(wake);
    this.#signal.addEventListener('abort', wake);
    try {
      while (!this.#isOver()) {
        const batch = this.#next();
        if (batch) yield batch;
        else await this.#changed();
      }
    } finally {
      stop();
      this.#signal.removeEventListener('abort', wake);
    }
  }

  #isOver(): boolean {
    return this.#signal.aborted || this.#log.closed;
  }

  /** What can be told now; undefined when that is nothing. */
  #next(): WatchBatch | undefined {
    do {
      if (this.#position < this.#log.compactedRevision) throw compacted(this.#position, this.#log.compactedRevision);
      const slice = this.#log.read(this.#position, BATCH, this.#withPrevious);
      this.#position = Math.max(this.#position, slice.upTo);
      const events = slice.events.filter((event) => inRange(this.#range, event.key));
      const isProgress = this.#progressAsked && this.#position >= this.#log.newest;
      if (isProgress) this.#progressAsked = false;
      if (events.length > 0 || isProgress) return { events, upTo: this.#position };
    } while (this.#position < this.#log.newest);
    return undefined;
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
