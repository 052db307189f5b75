/** The body of a request on the wire, read when it is asked for. */
import type { Readable } from 'node:stream';
import { newBadRequest, newRequestEntityTooLarge } from '../../apimachinery/errors.ts';
import type { LazyBody } from '../../apimachinery/http.ts';

const EMPTY = new Uint8Array(0);

/** For requests that announced no body. */
export const emptyBody: LazyBody = {
  bytes: () => Promise.resolve(EMPTY),
  async *stream() {},
};

function tooLarge(limit: number): Error {
  return newRequestEntityTooLarge(`limit is ${limit}`);
}

/** `length`: the announced content-length; NaN when unknown. The body can be read once. */
export function bodyOf(source: Readable, length: number): LazyBody {
  return {
    bytes: (limit) => (length > limit ? Promise.reject(tooLarge(limit)) : readAll(source, limit)),
    stream: () => source as AsyncIterable<Uint8Array>,
  };
}

function readAll(source: Readable, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    source.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge(limit));
      }
    });
    source.once('end', () => resolve(concat(chunks, size)));
    const broken = (error?: Error): void => reject(newBadRequest('the request ended before its body was complete', error));
    source.once('error', broken);
    source.once('close', () => broken());
  });
}

/** One chunk is handed on as it is. */
function concat(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first) return new Uint8Array(first.buffer, first.byteOffset, first.length);
  const out = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
