/**
 * Room in the file, taken before lmdb writes: when a disk is full, that shows here, where nothing has been written yet. (lmdb 3.5 may end the process when a page
 * cannot be written: it formats its message into too short a buffer.)
 */
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { PAGE_SIZE } from './file-format.ts';

/** The file grows by at least this. */
const CHUNK = 1 << 20;
/** Room that only operations without new values use, so that a full disk can be made less full. */
const KEPT = 1 << 20;
/** Of values and headers, with what surrounds them in pages. */
const SURROUND = 1.5;
/** Pages of the trees and of the free list that a transaction may copy whatever it does. */
const BASE = 64 * PAGE_SIZE;
/** Never written to, so that it takes no memory. */
const ZEROS = Buffer.alloc(CHUNK);

export interface Need {
  /** Of new values. */
  readonly bytes: number;
  /** Records that are written or removed. */
  readonly records: number;
}

/** How much of the file is taken, in bytes. */
export interface Usage {
  /** Up to the end of the last page that was ever used. */
  readonly end: number;
  /** In pages before that which hold nothing any more. */
  readonly free: number;
}

export class Reserve {
  readonly #fd: number;
  readonly #usage: () => Usage;
  /** How much may be used before the file must be looked at again. */
  #left = 0;

  constructor(path: string, usage: () => Usage) {
    this.#fd = openSync(path, 'r+');
    this.#usage = usage;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Throws what the disk says (ENOSPC, EIO); the store is as it was then. */
  take({ bytes, records }: Need): void {
    const need = Math.ceil(bytes * SURROUND) + records * PAGE_SIZE + BASE;
    if (need > this.#left) this.#refill(need, bytes > 0 ? KEPT : 0);
    this.#left -= need;
  }

  #refill(need: number, kept: number): void {
    const { end, free } = this.#usage();
    const { size } = fstatSync(this.#fd);
    const wanted = end + need + kept;
    const extended = wanted > size ? Math.max(wanted, size + CHUNK) : size;
    this.#left = 0;
    try {
      this.#extend(size, extended);
      this.#left = extended - end - kept;
    } catch (error) {
      // What has been deleted may be enough.
      if (free < need + kept) throw error;
      this.#left = need;
    }
  }

  #extend(from: number, to: number): void {
    for (let at = from; at < to;) at += writeSync(this.#fd, ZEROS, 0, Math.min(CHUNK, to - at), at);
  }
}
