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
  /** In the order in which they were kept or last spared. */
  readonly #slots = new Set<Slot<unknown>>();
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get used(): number {
    return this.#used;
  }

  keep<T>(value: T, cost: number): Slot<T> {
    const slot: Slot<T> = { value, cost, wasUsed: false };
    this.#slots.add(slot);
    this.#used += cost;
    if (this.#used > this.#limit) this.#sweep(slot);
    return slot;
  }

  #sweep(newest: Slot<unknown>): void {
    for (const slot of this.#slots) {
      if (this.#used <= this.#limit || slot === newest) return;
      this.#slots.delete(slot);
      if (slot.wasUsed) {
        slot.wasUsed = false;
        this.#slots.add(slot);
      } else {
        slot.value = undefined;
        this.#used -= slot.cost;
      }
    }
  }
}
