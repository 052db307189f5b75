/**
 * Where the bytes of records lie: in a SharedArrayBuffer each.
 * Of other buffers the engine counts the bytes. When 64 MB were made since its last collection it begins the next, however much there is to mark, and as long as it marks it takes a long step at every
 * buffer that is made: that holds up a busy process with a large heap for most of a second. Memory that several threads could hold it does not count, so a collection is asked for here, once, when enough
 * is thought to have died.
 */
import type { Clock } from '../../component-base/clock.ts';
import type { Collector } from '../../component-base/collection.ts';

/** A collection is asked for when this much has died since the last one: so much, and of what is held one part in so many. */
const LEAST = 32 << 20;
const SHARE = 4;
/**
 * When the last one was so long ago, less is enough. After 100 s the engine begins one of its own that is to give memory back: it then scavenges after every half megabyte and waits for its helpers,
 * which holds up a large and busy process for more than a second.
 */
const LONG_MS = 80_000;
const LITTLE = 4 << 20;

export class RecordMemory {
  readonly #collector: Collector;
  readonly #clock: Clock;
  /** Bytes of the records that are current, or are remembered because they were. */
  #held = 0;
  /** All that was made since the last collection or held by then, and is held no more; on their way to be held a few are. */
  #dead = 0;
  #hasAsked = false;
  #lastCollection: number;

  /** `newCollector` is given what is to be called after each collection. */
  constructor(clock: Clock, newCollector: (collected: () => void) => Collector) {
    this.#clock = clock;
    this.#lastCollection = clock.monotonic();
    this.#collector = newCollector(() => this.#collected());
  }

  /** Their content is zero. */
  allocate(length: number): Uint8Array {
    this.#died(length);
    return new Uint8Array(new SharedArrayBuffer(length));
  }

  /** Bytes that were allocated here are those of a current record. */
  enter(length: number): void {
    this.#held += length;
    this.#dead -= length;
  }

  /** The record is no longer current, nor remembered. */
  leave(length: number): void {
    this.#held -= length;
    this.#died(length);
  }

  #died(length: number): void {
    this.#dead += length;
    if (this.#hasAsked || this.#dead <= LITTLE || !this.#isTime()) return;
    this.#hasAsked = true;
    this.#collector.ask();
  }

  #isTime(): boolean {
    return this.#dead > Math.max(LEAST, this.#held / SHARE) || this.#clock.monotonic() - this.#lastCollection >= LONG_MS;
  }

  #collected(): void {
    this.#dead = 0;
    this.#hasAsked = false;
    this.#lastCollection = this.#clock.monotonic();
  }
}
