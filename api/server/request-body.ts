/** The body of a request over HTTP/1.1, read when it is asked for. Neighbour: http2/stream-body.ts, the same for HTTP/2. */
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
  return new WireBody(source, length);
}

class WireBody implements LazyBody {
  readonly #source: Readable;
  readonly #length: number;
  #limit = 0;
  #size = 0;
  #chunks: Uint8Array[] = [];
  /** Undefined once it is known what becomes of the body. */
  #resolve: ((bytes: Uint8Array) => void) | undefined;
  #reject: (error: Error) => void = nobody;

  constructor(source: Readable, length: number) {
    this.#source = source;
    this.#length = length;
  }

  /** Complete with the announced length, or with the end. */
  bytes(limit: number): Promise<Uint8Array> {
    if (this.#length > limit) return Promise.reject(tooLarge(limit));
    this.#limit = limit;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#listen();
    });
  }

  stream(): AsyncIterable<Uint8Array> {
    return this.#source as AsyncIterable<Uint8Array>;
  }

  /** A body of an announced length is complete before its end is told; what breaks it off closes the source. */
  #listen(): void {
    this.#source.on('data', (chunk: Uint8Array) => this.#take(chunk));
    if (!(this.#length > 0)) this.#source.on('end', () => this.#complete());
    this.#source.on('close', () => this.#closed());
  }

  #take(chunk: Uint8Array): void {
    if (!this.#resolve) return;
    this.#size += chunk.length;
    if (this.#size > this.#limit) return this.#fail(tooLarge(this.#limit));
    this.#chunks.push(chunk);
    if (this.#size === this.#length) this.#complete();
  }

  #complete(): void {
    this.#resolve?.(joined(this.#chunks, this.#size));
    this.#end();
  }

  #closed(): void {
    if (!this.#resolve) return;
    if (this.#source.readableEnded) this.#complete();
    else this.#fail(newBadRequest('the request ended before its body was complete', this.#source.errored ?? undefined));
  }

  #fail(error: Error): void {
    this.#reject(error);
    this.#end();
  }

  #end(): void {
    this.#resolve = undefined;
    this.#chunks = NO_CHUNKS;
  }
}

const NO_CHUNKS: Uint8Array[] = [];
const nobody = (): void => undefined;

/** `size`: of all of them. One chunk is handed on as it is. */
export function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
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
