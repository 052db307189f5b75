/**
 * What may be made again (parsed objects, further encodings) is kept within one bound of bytes; the longest unused goes first.
 * Most of it is used at once or never: it is kept for a moment. What is asked for again after that, and soon enough that the bound would have held it, is kept for long. So what is not worth
 * keeping dies young, which costs the engine nothing.
 */
import type { Clock } from '../../component-base/clock.ts';

/** A place in a budget. The value disappears when its bytes are needed elsewhere, or its moment is over. */
export interface Slot<T> {
  value: T | undefined;
  readonly cost: number;
  /** Set by whoever uses the value: it then survives the next sweep. */
  wasUsed: boolean;
  /** It is kept while there is room. */
  isLasting: boolean;
  /** How much had been kept in all when this was. */
  readonly at: number;
}

/** What nobody has asked for again is kept for this long, and until something is kept then. */
const MOMENT_MS = 50;

export class Budget {
  readonly #limit: number;
  readonly #clock: Clock | undefined;
  /** From `#head` on, in the order in which they were kept or last spared. */
  #slots: Slot<unknown>[] = [];
  #head = 0;
  #used = 0;
  /** Slots from `#head` on that were given back. */
  #empty = 0;
  /** Of all that was ever kept. */
  #total = 0;
  /** What is kept for a moment: the newer, and those whose moment ends next. */
  #newer: Slot<unknown>[] = [];
  #older: Slot<unknown>[] = [];
  #momentEnds = 0;

  /** Without a clock everything is kept for long. */
  constructor(limit: number, clock?: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get used(): number {
    return this.#used;
  }

  /** `before`: where the same was kept the last time. */
  keep<T>(value: T, cost: number, before?: Slot<T>): Slot<T> {
    this.#total += cost;
    const isLasting = !this.#clock || (before !== undefined && this.#total - before.at <= this.#limit);
    const slot: Slot<T> = { value, cost, wasUsed: false, isLasting, at: this.#total };
    this.#slots.push(slot);
    this.#used += cost;
    this.age();
    if (!isLasting) this.#newer.push(slot);
    this.#sweep(slot);
    return slot;
  }

  /** The value will not be asked for again. */
  release(slot: Slot<unknown>): void {
    if (slot.value === undefined) return;
    slot.value = undefined;
    this.#used -= slot.cost;
    this.#empty++;
    const kept = this.#slots.length - this.#head;
    if (this.#empty > 1000 && this.#empty * 2 > kept) this.#compact();
  }

  /** Gives back what was kept for a moment that is over; called from time to time when nothing is kept any more. */
  age(): void {
    const now = this.#clock?.monotonic() ?? 0;
    if (now < this.#momentEnds) return;
    this.#momentEnds = now + MOMENT_MS;
    for (const slot of this.#older) if (!slot.isLasting) this.release(slot);
    this.#older = this.#newer;
    this.#newer = [];
  }

  #compact(): void {
    this.#slots = this.#slots.slice(this.#head).filter((slot) => slot.value !== undefined);
    this.#head = 0;
    this.#empty = 0;
  }

  #sweep(newest: Slot<unknown>): void {
    while (this.#used > this.#limit && this.#slots[this.#head] !== newest) {
      const slot = this.#slots[this.#head++] as Slot<unknown>;
      if (slot.value === undefined) this.#empty--;
      else if (slot.wasUsed) {
        slot.wasUsed = false;
        this.#slots.push(slot);
      } else {
        slot.value = undefined;
        this.#used -= slot.cost;
      }
    }
    if (this.#head < 1000 || this.#head * 2 < this.#slots.length) return;
    this.#slots = this.#slots.slice(this.#head);
    this.#head = 0;
  }
}
