/** What may be made again (parsed objects, further encodings) is kept within one bound of bytes; the longest unused goes first. */

/** A place in a budget. The value disappears when its bytes are needed elsewhere. */
export interface Slot<T> {
  value: T | undefined;
  readonly cost: number;
  /** Set by whoever uses the value: it then survives the next sweep. */
  wasUsed: boolean;
}

export class Budget {
  readonly #limit: number;
  /** From `#head` on, in the order in which they were kept or last spared. */
  #slots: Slot<unknown>[] = [];
  #head = 0;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  keep<T>(value: T, cost: number): Slot<T> {
    const slot: Slot<T> = { value, cost, wasUsed: false };
    this.#slots.push(slot);
    this.#used += cost;
    this.#sweep(slot);
    return slot;
  }

  #sweep(newest: Slot<unknown>): void {
    while (this.#used > this.#limit && this.#slots[this.#head] !== newest) {
      const slot = this.#slots[this.#head++] as Slot<unknown>;
      if (slot.wasUsed) {
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
