/** How much of the file is taken by what has been replaced: the bound up to which history may grow between compactions. */
import type { Revision } from '../interface.ts';

/** Marks are this far apart. */
const STEP = 1 << 20;
/** A header, with what surrounds it. */
const HEADER = 150;

interface Mark {
  readonly revision: Revision;
  /** All bytes replaced up to there. */
  readonly bytes: number;
}

export class Garbage {
  readonly #limit: number;
  /** Oldest first; of what is not compacted yet. */
  #marks: Mark[] = [];
  #bytes = 0;
  /** Of `#bytes`, what has been compacted. */
  #compacted = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A write at the revision replaced so many bytes. */
  add(revision: Revision, bytes: number): void {
    this.#bytes += bytes + HEADER;
    if (this.#bytes - (this.#marks.at(-1)?.bytes ?? this.#compacted) >= STEP) this.#marks.push({ revision, bytes: this.#bytes });
  }

  /** The revision to compact at so that half of the limit is left; undefined while there is less than the limit. */
  excess(): Revision | undefined {
    if (this.#bytes - this.#compacted <= this.#limit) return undefined;
    return this.#marks.findLast(({ bytes }) => this.#bytes - bytes >= this.#limit / 2)?.revision;
  }

  compacted(upTo: Revision): void {
    const last = this.#marks.findLastIndex(({ revision }) => revision <= upTo);
    if (last < 0) return;
    this.#compacted = (this.#marks[last] as Mark).bytes;
    this.#marks = this.#marks.slice(last + 1);
  }
}
