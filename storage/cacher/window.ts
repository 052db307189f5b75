/** The recent changes of one resource, bounded: watches resume in it, and older states follow from it. */
import type { Revision } from '../interface.ts';
import type { Change } from './change.ts';

export interface WindowLimits {
  /** Changes younger than this are kept unless there are too many. */
  readonly ageMs: number;
  /** As many as this are kept at any age. */
  readonly atLeast: number;
  readonly atMost: number;
  readonly bytes: number;
}

export class Window {
  readonly #limits: WindowLimits;
  #changes: Change[] = [];
  #times: number[] = [];
  /** Position of the oldest change that is kept. */
  #head = 0;
  #bytes = 0;
  #oldest: Revision;

  constructor(limits: WindowLimits, oldest: Revision) {
    this.#limits = limits;
    this.#oldest = oldest;
  }

  /** Every change after this revision is here. */
  get oldest(): Revision {
    return this.#oldest;
  }

  append(change: Change, now: number): void {
    this.#changes.push(change);
    this.#times.push(now);
    this.#bytes += costOf(change);
    while (this.#isTooMuch(now)) this.#drop();
    if (this.#head > 1000 && this.#head * 2 > this.#changes.length) this.#shift();
  }

  /** Forgets everything up to the revision. */
  reset(oldest: Revision): void {
    for (let i = this.#head; i < this.#changes.length; i++) this.#changes[i]?.release();
    this.#changes = [];
    this.#times = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#oldest = oldest;
  }

  /** Changes after the revision, oldest first. */
  *after(revision: Revision): Generator<Change, void> {
    for (let i = this.#firstAfter(revision); i < this.#changes.length; i++) yield this.#changes[i] as Change;
  }

  /** Changes after the revision, newest first. */
  *backTo(revision: Revision): Generator<Change, void> {
    for (let i = this.#changes.length - 1; i >= this.#head; i--) {
      const change = this.#changes[i] as Change;
      if (change.revision <= revision) return;
      yield change;
    }
  }

  #isTooMuch(now: number): boolean {
    const count = this.#changes.length - this.#head;
    const { ageMs, atLeast, atMost, bytes } = this.#limits;
    if (count > atMost || (this.#bytes > bytes && count > 1)) return true;
    return count > atLeast && now - (this.#times[this.#head] as number) > ageMs;
  }

  /** Drops the oldest revision. */
  #drop(): void {
    const { revision } = this.#changes[this.#head] as Change;
    for (let change = this.#changes[this.#head]; change?.revision === revision; change = this.#changes[++this.#head]) {
      this.#bytes -= costOf(change);
      change.release();
    }
    this.#oldest = revision;
  }

  #shift(): void {
    this.#changes = this.#changes.slice(this.#head);
    this.#times = this.#times.slice(this.#head);
    this.#head = 0;
  }

  #firstAfter(revision: Revision): number {
    let low = this.#head;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#changes[middle] as Change).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What it brought is current, or counts with the change that replaced it. */
function costOf({ previous }: Change): number {
  return 200 + (previous?.bytes.length ?? 0);
}
