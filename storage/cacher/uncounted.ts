/**
 * Buffers for slabs of records (./record-memory.ts).
 * When 64 MB of buffers were made since its last collection, the engine begins the next, however much there is to mark, and as long as it marks it takes a long step at every buffer that is made:
 * that holds up a busy process with a large heap for most of a second. What is made here it does not count, since several threads could hold it: its own heap decides when to collect. What may have
 * died since the last collection is bounded: beyond the bound buffers are counted.
 */

/** How much may be made between two collections: so much, and of what is held one part in so many. */
const LEAST = 64 << 20;
const SHARE = 4;

export const isUncounted = ({ buffer }: Uint8Array): boolean => buffer instanceof SharedArrayBuffer;

export class Uncounted {
  #held = 0;
  #sinceCollection = 0;
  readonly #collections = new FinalizationRegistry<undefined>(() => this.#collected());

  constructor() {
    this.#awaitCollection();
  }

  /** Its content is zero. The caller tells when it lets go. */
  take(size: number): Uint8Array {
    const isCounted = this.#sinceCollection + size > Math.max(LEAST, this.#held / SHARE);
    this.#held += size;
    if (isCounted) return new Uint8Array(size);
    this.#sinceCollection += size;
    return new Uint8Array(new SharedArrayBuffer(size));
  }

  letGo(size: number): void {
    this.#held -= size;
  }

  #collected(): void {
    this.#sinceCollection = 0;
    this.#awaitCollection();
  }

  #awaitCollection(): void {
    this.#collections.register({}, undefined);
  }
}
