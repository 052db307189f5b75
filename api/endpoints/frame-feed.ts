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

const NONE_APART: CachedEvent[] = [];

export class FrameFeed implements Feed<Uint8Array> {
  readonly #watch: CacheWatch;
  readonly #encode: EncodeBatch;
  readonly #failed: (error: unknown) => Uint8Array;
  readonly #ended: (() => void)[];
  /** The events of a short first batch that were not handed over yet; undefined before the first batch. */
  #apart: CachedEvent[] | undefined;
  /** A chunk that took time to make. */
  #made: Uint8Array | undefined;
  #isMaking = false;
  #hasEnded = false;
  #ready: () => void = () => undefined;

  constructor(watch: CacheWatch, { encode, failed, ended }: FrameFeedOptions) {
    this.#watch = watch;
    this.#encode = encode;
    this.#failed = failed;
    this.#ended = [ended];
  }

  /** Throws nothing: a failure is the last frame. */
  read(): Uint8Array | undefined {
    if (this.#made) return this.#takeMade();
    if (this.#isMaking || this.#hasEnded) return undefined;
    try {
      const batch = this.#apart === NONE_APART ? this.#watch.read() : this.#readApart();
      if (batch === undefined) return this.#nothing();
      const chunk = this.#encode(batch);
      return chunk instanceof Promise ? this.#later(chunk) : chunk;
    } catch (error) {
      return this.#lastFrame(error);
    }
  }

  get isOver(): boolean {
    return this.#hasEnded && !this.#made;
  }

  listen(ready: () => void): void {
    this.#ready = ready;
    this.#watch.listen(ready);
  }

  whenEnded(ended: () => void): void {
    if (this.#hasEnded) ended();
    else this.#ended.push(ended);
  }

  close(): void {
    this.#made = undefined;
    this.#end();
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    return itemsOf(this);
  }

  #nothing(): undefined {
    if (this.#watch.isOver) this.#end();
    return undefined;
  }

  #later(chunk: Promise<Uint8Array>): undefined {
    void this.#make(chunk);
    return undefined;
  }

  /** The first batch, and what is left of it. */
  #readApart(): readonly CachedEvent[] | undefined {
    const next = this.#apart?.shift();
    if (next) return [next];
    const batch = this.#watch.read();
    if (!batch) return undefined;
    const isSplit = !this.#apart && batch.length > 1 && batch.length <= APART;
    this.#apart = isSplit ? batch.slice(1) : NONE_APART;
    return isSplit ? batch.slice(0, 1) : batch;
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
    return this.#failed(error);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#watch.close();
    for (const ended of this.#ended.splice(0)) ended();
  }
}
