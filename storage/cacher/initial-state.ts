/** The state with which watches begin, in batches that are made when they are asked for and are the same objects for all watches that begin alike. */
import type { ChangeEvent } from './interface.ts';
import type { Held } from './record.ts';
import { SeenEvent } from './seen-event.ts';

/** A batch is full at so many events or bytes. */
export interface BatchLimits {
  readonly events: number;
  readonly bytes: number;
}

export class InitialState {
  readonly #objects: Iterator<Held, void>;
  readonly #limits: BatchLimits;
  readonly #unused: () => void;
  readonly #batches: (readonly ChangeEvent[])[] = [];
  #readers = 0;

  /** `objects` stand still. `unused` is called when the last reader leaves: nobody may join from then on. */
  constructor(objects: Iterable<Held>, limits: BatchLimits, unused: () => void = () => undefined) {
    this.#objects = objects[Symbol.iterator]() as Iterator<Held, void>;
    this.#limits = limits;
    this.#unused = unused;
  }

  join(): this {
    this.#readers++;
    return this;
  }

  leave(): void {
    if (--this.#readers === 0) this.#unused();
  }

  /** Undefined: there are no more. */
  batch(at: number): readonly ChangeEvent[] | undefined {
    while (this.#batches.length <= at) {
      const next = this.#next();
      if (next.length === 0) return undefined;
      this.#batches.push(Object.freeze(next));
    }
    return this.#batches[at];
  }

  #next(): readonly ChangeEvent[] {
    const batch: ChangeEvent[] = [];
    for (let bytes = 0; batch.length < this.#limits.events && bytes < this.#limits.bytes; ) {
      const { done, value } = this.#objects.next();
      if (done) break;
      batch.push(new SeenEvent('ADDED', value, value.forms));
      bytes += value.bytes.length;
    }
    return batch;
  }
}
