/** A watch on its way to the wire: batches of events become chunks of frames, and what breaks it off its last frame. */
import { itemsOf, type Feed } from '../../apimachinery/feed.ts';
import type { CachedEvent, CacheWatch } from '../../storage/cacher/interface.ts';
import type { EncodeBatch } from './watch-frames.ts';

/** So many events of what happened before the watch are chunks of their own, as upstream writes them; a client may count on seeing one after the other. */
const APART = 16;

export interface FrameFeedOptions {
  readonly encode: EncodeBatch;
  /** The frame of an error. */
  failed(error: unknown): Uint8Array;
  /** Called once, when the watch is over. */
  ended(): void;
}

export class FrameFeed implements Feed<Uint8Array> {
  readonly #watch: CacheWatch;
  readonly #options: FrameFeedOptions;
  /** The events of a short first batch that were not handed over yet; undefined before the first batch. */
  #apart: CachedEvent[] | undefined;
  /** A chunk that took time to make. */
  #made: Uint8Array | undefined;
  #isMaking = false;
  #hasEnded = false;
  #ready: () => void = () => undefined;

  constructor(watch: CacheWatch, options: FrameFeedOptions) {
    this.#watch = watch;
    this.#options = options;
    watch.listen(() => this.#isMaking || this.#ready());
  }

  /** Throws nothing: a failure is the last frame. */
  read(): Uint8Array | undefined {
    if (this.#made) return this.#takeMade();
    if (this.#isMaking || this.#hasEnded) return undefined;
    try {
      return this.#readWatch();
    } catch (error) {
      return this.#lastFrame(error);
    }
  }

  get isOver(): boolean {
    return this.#hasEnded && !this.#made;
  }

  listen(ready: () => void): void {
    this.#ready = ready;
  }

  close(): void {
    this.#made = undefined;
    this.#end();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    return itemsOf(this);
  }

  #readWatch(): Uint8Array | undefined {
    const batch = this.#nextBatch();
    if (batch === undefined) {
      if (this.#watch.isOver) this.#end();
      return undefined;
    }
    const chunk = this.#options.encode(batch);
    if (!(chunk instanceof Promise)) return chunk;
    void this.#make(chunk);
    return undefined;
  }

  #nextBatch(): readonly CachedEvent[] | undefined {
    const next = this.#apart?.shift();
    if (next) return [next];
    const batch = this.#watch.read();
    if (!batch || this.#apart) return batch;
    this.#apart = [];
    if (batch.length === 1 || batch.length > APART) return batch;
    this.#apart = batch.slice(1);
    return batch.slice(0, 1);
  }

  async #make(chunk: Promise<Uint8Array>): Promise<void> {
    this.#isMaking = true;
    let made: Uint8Array;
    try {
      made = await chunk;
    } catch (error) {
      made = this.#lastFrame(error);
    }
    this.#isMaking = false;
    this.#made = made;
    this.#ready();
  }

  #takeMade(): Uint8Array | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }

  #lastFrame(error: unknown): Uint8Array {
    this.#end();
    return this.#options.failed(error);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#watch.close();
    this.#options.ended();
  }
}
