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
    bytes: (limit) => (length > limit ? Promise.reject(tooLarge(limit)) : readAll(source, length, limit)),
    stream: () => source as AsyncIterable<Uint8Array>,
  };
}

/** Complete with the announced length, or with the end. */
function readAll(source: Readable, length: number, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    let chunks: Uint8Array[] | undefined = [];
    let size = 0;
    const complete = (): void => {
      if (chunks) resolve(concat(chunks, size));
      chunks = undefined;
    };
    const broken = (error?: Error): void => {
      if (chunks) reject(newBadRequest('the request ended before its body was complete', error));
      chunks = undefined;
    };
    source.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size > limit && chunks) reject(tooLarge(limit));
      if (size > limit) chunks = undefined;
      chunks?.push(chunk);
      if (size === length) complete();
    });
    source.on('end', complete);
    source.on('error', broken);
    source.on('close', broken);
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
