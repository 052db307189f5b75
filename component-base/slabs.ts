/**
 * Bytes that come and go by the thousand: many lie in one buffer. The engine's collector is called for, and takes its steps, buffer by buffer; with one for each value it holds up a busy process.
 * A slab is given back when none of the bytes in it are used any more, so those of one allocator should live about equally long; and it should be so small that it is not old before it is full.
 */

/** What takes more of a slab has a buffer of its own. */
const SHARE = 4;

export class Slabs {
  readonly #size: number;
  #slab = new Uint8Array(0);
  #used = 0;

  /** `size`: of a slab, in bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Their content is not set. */
  allocate(length: number): Uint8Array {
    if (length * SHARE > this.#size) return new Uint8Array(length);
    this.#makeRoom(length);
    const bytes = this.#slab.subarray(this.#used, this.#used + length);
    this.#used += length;
    return bytes;
  }

  #makeRoom(length: number): void {
    if (this.#used + length <= this.#slab.length) return;
    this.#slab = new Uint8Array(this.#size);
    this.#used = 0;
  }
}
