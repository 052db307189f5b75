/**
 * Where the bytes of the records of one resource lie (./record.ts): many in one slab. Records are replaced one by one, so that of a slab ever less is used: when too much of all is waste, what is
 * still used of the emptier slabs moves into a new one. A slab that nobody uses any more goes when the last who reads in it has done so: what was handed out never changes.
 */
import { copyBytes } from '../../component-base/copy-bytes.ts';
import type { Uncounted } from './uncounted.ts';

/** Something whose bytes lie here. */
export interface Resident {
  /** With the line end behind them. */
  readonly line: Uint8Array;
  /** They lie there now; the same content. */
  move(line: Uint8Array): void;
}

const SIZE = 256 << 10;
/** What takes more of a slab has a buffer of its own. */
const SHARE = 4;
/** Of what is held in full slabs, this much may be waste; and however little is held, so many slabs. */
const WASTE = 0.3;
const FEW = 4;
/** How many slabs are emptied when a new one is begun: more than are needed in the long run, few enough for one turn. */
const AT_ONCE = 4;

class Slab {
  readonly memory: Uint8Array;
  readonly residents: Resident[] = [];
  taken = 0;
  /** Bytes of residents. */
  used = 0;

  constructor(memory: Uint8Array) {
    this.memory = memory;
  }
}

export class RecordMemory {
  readonly #source: Uncounted;
  /** Oldest first. */
  readonly #slabs = new Map<ArrayBufferLike, Slab>();
  /** Where bytes are laid, and the one before: its records may be on their way yet. */
  #current: Slab | undefined = undefined;
  #last: Slab | undefined = undefined;
  #used = 0;
  #isMoving = false;

  constructor(source: Uncounted) {
    this.#source = source;
  }

  /** What the slabs take, in bytes. */
  get size(): number {
    return this.#slabs.size * SIZE;
  }

  /** Their content is not set. */
  allocate(length: number): Uint8Array {
    if (length * SHARE > SIZE) return new Uint8Array(length);
    let slab = this.#current;
    if (!slab || slab.taken + length > SIZE) slab = this.#begin();
    const { memory, taken } = slab;
    slab.taken = taken + length;
    return memory.subarray(taken, taken + length);
  }

  /** The record is a current one: its bytes are wanted until it leaves. */
  enter(resident: Resident): void {
    const { buffer, length } = resident.line;
    const slab = this.#slabs.get(buffer);
    if (!slab) return;
    slab.residents.push(resident);
    slab.used += length;
    this.#used += length;
  }

  leave(resident: Resident): void {
    const { buffer, length } = resident.line;
    const slab = this.#slabs.get(buffer);
    const at = slab?.residents.indexOf(resident) ?? -1;
    if (!slab || at < 0) return;
    const last = slab.residents.pop();
    if (last !== undefined && last !== resident) slab.residents[at] = last;
    slab.used -= length;
    this.#used -= length;
  }

  /** Nothing is laid here any more. */
  close(): void {
    this.#source.letGo(this.size);
    this.#slabs.clear();
    this.#current = undefined;
    this.#last = undefined;
    this.#used = 0;
  }

  #begin(): Slab {
    const slab = new Slab(this.#source.take(SIZE));
    this.#last = this.#current;
    this.#current = slab;
    this.#slabs.set(slab.memory.buffer, slab);
    if (!this.#isMoving && this.#wastes()) this.#tidy();
    return this.#current;
  }

  #wastes(): boolean {
    return this.#slabs.size > FEW && this.size - this.#used > WASTE * this.size + FEW * SIZE;
  }

  #tidy(): void {
    this.#isMoving = true;
    for (const slab of this.#wasteful()) if (this.#wastes()) this.#empty(slab);
    this.#isMoving = false;
  }

  /** Those that waste more than may be, the oldest first. */
  #wasteful(): readonly Slab[] {
    const found: Slab[] = [];
    for (const slab of this.#slabs.values()) {
      if (slab.used > (1 - WASTE) * SIZE || slab === this.#current || slab === this.#last) continue;
      if (found.push(slab) === AT_ONCE) break;
    }
    return found;
  }

  #empty(slab: Slab): void {
    this.#slabs.delete(slab.memory.buffer);
    this.#source.letGo(SIZE);
    this.#used -= slab.used;
    for (const resident of slab.residents) {
      const { line } = resident;
      const there = this.allocate(line.length);
      copyBytes(line, there, 0);
      resident.move(there);
      this.enter(resident);
    }
  }
}
