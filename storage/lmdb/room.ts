/** Where the records of a group are encoded (./records.ts): one piece of memory, used again by the next group when lmdb has written this one (./group-commit.ts). */

const SIZE = 512 << 10;

export class Room {
  #memory: Buffer | undefined = undefined;
  #used = 0;

  /** Their content is not set. What does not fit has memory of its own. */
  allocate(length: number): Buffer {
    const memory = (this.#memory ??= Buffer.allocUnsafeSlow(SIZE));
    const start = this.#used;
    if (start + length > SIZE) return Buffer.allocUnsafeSlow(length);
    this.#used += length;
    return memory.subarray(start, start + length);
  }

  /** Nobody reads any more what lies here. */
  clear(): void {
    this.#used = 0;
  }

  /** Whether somebody still reads what lies here is not known. */
  abandon(): void {
    this.#memory = undefined;
    this.#used = 0;
  }
}
