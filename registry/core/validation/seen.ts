/** Values that may stand in a list once: names of containers (./container.ts), paths of mounts (./volume-mounts.ts) and the like. */

/** Knows which values came before. The first two need no set: most lists are no longer. */
export class Seen {
  #size = 0;
  #first: string | undefined;
  #second: string | undefined;
  #all: Set<string | undefined> | undefined;

  has(value: string | undefined): boolean {
    if (this.#all) return this.#all.has(value);
    return (this.#size > 0 && value === this.#first) || (this.#size > 1 && value === this.#second);
  }

  add(value: string | undefined): void {
    if (this.#size === 0) this.#first = value;
    else if (this.#size === 1) this.#second = value;
    else (this.#all ??= new Set([this.#first, this.#second])).add(value);
    this.#size++;
  }

  /** Whether the value came before; from now on it did. */
  again(value: string | undefined): boolean {
    const came = this.has(value);
    if (!came) this.add(value);
    return came;
  }
}
