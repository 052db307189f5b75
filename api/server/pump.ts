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
    await pumpFrom(next, to, (run) => chunks.listen(run)).finally(() => chunks.close());
  } else if (Symbol.iterator in chunks) {
    const iterator = chunks[Symbol.iterator]();
    await pumpFrom(() => nextOf(iterator.next()), to);
  } else await pumpEach(chunks, to);
  if (!to.destroyed) to.end();
}

const nextOf = ({ done, value }: IteratorResult<Uint8Array, void>): Uint8Array | typeof OVER => (done ? OVER : (value as Uint8Array));

/** Writes what there is whenever there is room; `listen` gets what is to be called when there may be more. */
function pumpFrom(next: Next, to: Writable, listen?: (run: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isFull = false;
    const writeAll = (): void => {
      while (!isFull) {
        const chunk = to.destroyed ? OVER : next();
        if (chunk === OVER) return end();
        if (chunk === undefined) return;
        isFull = !to.write(chunk);
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
    to.on('drain', drained);
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
