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
  /** Slots from `#head` on that were given back. */
  #empty = 0;

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

  /** The value will not be asked for again. */
  release(slot: Slot<unknown>): void {
    if (slot.value === undefined) return;
    slot.value = undefined;
    this.#used -= slot.cost;
    this.#empty++;
    const kept = this.#slots.length - this.#head;
    if (this.#empty > 1000 && this.#empty * 2 > kept) this.#compact();
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
