/** Writes a body piece by piece to a socket or stream: waits for room whenever the peer is slower than the source, and lets the source go when the peer leaves. */
import type { Writable } from 'node:stream';
import { isFeed } from '../../apimachinery/feed.ts';
import type { Chunks } from '../../apimachinery/http.ts';

const OVER = Symbol('over');

/** Gives the next piece; undefined: nothing now. */
type Next = () => Uint8Array | typeof OVER | undefined;

/** Resolves when the last piece was handed over and the stream was ended, or the peer is gone. Rejects with what broke the source off. */
export async function pump(chunks: Chunks, to: Writable): Promise<void> {
  if (isFeed(chunks)) {
    const next: Next = () => chunks.read() ?? (chunks.isOver ? OVER : undefined);
    await pumpFrom(next, to, { listen: (run) => chunks.listen(run) }).finally(() => chunks.close());
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
  /** Gets what is to be called when there may be more. */
  listen?(run: () => void): void;
  /** A piece is sent before the next one is asked for. */
  readonly oneByOne?: boolean;
}

/** Writes what there is whenever there is room. */
function pumpFrom(next: Next, to: Writable, { listen, oneByOne = false }: PumpOptions): Promise<void> {
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
    listen?.(run);
    run();
  });
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
