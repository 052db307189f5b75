/** Writes a body piece by piece to a socket or stream: waits for room whenever the peer is slower than the source, and lets the source go when the peer leaves. */
import { Buffer } from 'node:buffer';
import type { Writable } from 'node:stream';
import { isFeed, type Feed } from '../../apimachinery/feed.ts';
import type { Chunks } from '../../apimachinery/http.ts';

const OVER = Symbol('over');

/** Gives the next piece; undefined: nothing now. */
type Next = () => Uint8Array | typeof OVER | undefined;

/** Resolves when the last piece was handed over and the stream was ended, or the peer is gone. Rejects with what broke the source off. */
export async function pump(chunks: Chunks, to: Writable): Promise<void> {
  if (isFeed(chunks)) {
    await new Promise<void>((resolve, reject) => new FeedPump(chunks, to, resolve, reject).start()).finally(() => chunks.close());
  } else if ('into' in chunks) {
    const buffer = buffers.pop() ?? new Uint8Array(BUFFER);
    to.once('finish', () => buffers.length < SPARE && buffers.push(buffer));
    await pumpFrom(nextOf(chunks.into(buffer)), to, { oneByOne: true });
  } else if (Symbol.iterator in chunks) await pumpFrom(nextOf(chunks[Symbol.iterator]()), to, {});
  else await pumpEach(chunks, to);
  if (!to.destroyed) to.end();
}

const BUFFER = 256 * 1024;
const SPARE = 4;
/** For sources that write into a buffer; each came back when its last piece had been sent. */
const buffers: Uint8Array[] = [];

function nextOf(iterator: Iterator<Uint8Array, void>): Next {
  return () => {
    const { done, value } = iterator.next();
    return done ? OVER : value;
  };
}

interface PumpOptions {
  /** A piece is sent before the next one is asked for. */
  readonly oneByOne?: boolean;
}

/** Writes what there is whenever there is room. */
function pumpFrom(next: Next, to: Writable, { oneByOne = false }: PumpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFull = false;
    const writeAll = (): void => {
      while (!isFull) {
        const chunk = to.destroyed ? OVER : next();
        if (chunk === OVER) return end();
        if (chunk === undefined) return;
        isFull = oneByOne;
        if (oneByOne) to.write(chunk, drained);
        else isFull = !to.write(chunk);
      }
    };
    const run = (): void => {
      try {
        writeAll();
      } catch (error) {
        end(error);
      }
    };
    const drained = (): void => {
      isFull = false;
      run();
    };
    const closed = (): void => end();
    const end = (error?: unknown): void => {
      to.off('drain', drained);
      to.off('close', closed);
      if (error === undefined) resolve();
      else reject(error);
    };
    if (!oneByOne) to.on('drain', drained);
    to.on('close', closed);
    run();
  });
}

/** Writes what a feed has whenever there is room: what many watchers are told at once passes here once for each, so little is done. */
class FeedPump {
  readonly #feed: Feed<Uint8Array>;
  readonly #to: Writable;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  #isFull = false;

  constructor(feed: Feed<Uint8Array>, to: Writable, resolve: () => void, reject: (error: unknown) => void) {
    this.#feed = feed;
    this.#to = to;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    if (this.#to.destroyed) return this.#resolve();
    this.#to.on('drain', this.#drained);
    this.#to.on('close', this.#over);
    this.#feed.listen(this.#run);
    this.#run();
  }

  readonly #run = (): void => {
    if (this.#isFull) return;
    try {
      this.#writeAll();
    } catch (error) {
      this.#leave();
      this.#reject(error);
    }
  };

  /** A stream that is being destroyed takes nothing, and tells of its end soon. */
  #writeAll(): void {
    while (!this.#isFull) {
      const chunk = this.#feed.read();
      if (chunk === undefined) {
        if (this.#feed.isOver) this.#over();
        return;
      }
      this.#isFull = !this.#to.write(bufferOf(chunk));
    }
  }

  readonly #drained = (): void => {
    this.#isFull = false;
    this.#run();
  };

  readonly #over = (): void => {
    this.#leave();
    this.#resolve();
  };

  #leave(): void {
    this.#to.off('drain', this.#drained);
    this.#to.off('close', this.#over);
  }
}

let converted: Uint8Array | undefined;
let conversion: Buffer | undefined;

/** As streams want it. Many streams in turn are given the same piece. */
function bufferOf(chunk: Uint8Array): Buffer {
  if (chunk !== converted || !conversion) {
    converted = chunk;
    conversion = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
  return conversion;
}

async function pumpEach(chunks: AsyncIterable<Uint8Array>, to: Writable): Promise<void> {
  for await (const chunk of chunks) {
    if (to.destroyed) return;
    if (!to.write(chunk)) await roomOrClose(to);
  }
}

function roomOrClose(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      to.off('drain', done);
      to.off('close', done);
      resolve();
    };
    to.on('drain', done);
    to.on('close', done);
  });
}
