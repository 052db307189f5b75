/** The body of a request, which comes in frames and is let in as it is read. Neighbours: stream.ts, which hands it what comes; ../request-body.ts, the same for HTTP/1.1. */
import { newBadRequest, newRequestEntityTooLarge } from '../../../apimachinery/errors.ts';
import type { LazyBody } from '../../../apimachinery/http.ts';
import { joined } from '../request-body.ts';

export class StreamBody implements LazyBody {
  /** Lets the client send so much more. */
  readonly #letIn: (length: number) => void;
  readonly #length: number;
  /** What has come and nobody has taken. */
  #chunks: Uint8Array[] = [];
  #size = 0;
  #limit = Number.POSITIVE_INFINITY;
  #isReading = false;
  #isOver = false;
  #error: Error | undefined;
  #wake: (() => void) | undefined;

  /** `length`: the announced one; NaN when unknown. */
  constructor(length: number, letIn: (length: number) => void) {
    this.#length = length;
    this.#letIn = letIn;
  }

  /** `chunk` is the body's own from now on. */
  take(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#isReading) this.#letIn(chunk.length);
    if (this.#size === this.#length) this.end();
    else if (!this.#isReading || this.#size > this.#limit) this.#wake?.();
  }

  /** All of it has come: known by its length before the client says so. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Whether more came than was announced, or, at the end, less. */
  isWrong(isEnd: boolean): boolean {
    return this.#size > this.#length || (isEnd && this.#size < this.#length);
  }

  /** No more of it comes. */
  breakOff(cause: Error | undefined): void {
    if (this.#isOver) return;
    this.#error = newBadRequest('the request ended before its body was complete', cause);
    this.end();
  }

  bytes(limit: number): Promise<Uint8Array> {
    if (this.#length > limit) return Promise.reject(tooLarge(limit));
    this.#isReading = true;
    this.#limit = limit;
    if (this.#size > 0) this.#letIn(this.#size);
    return new Promise((resolve, reject) => {
      this.#wake = () => this.#settle(resolve, reject);
      this.#wake();
    });
  }

  #settle(resolve: (bytes: Uint8Array) => void, reject: (error: Error) => void): void {
    if (this.#size > this.#limit) reject(tooLarge(this.#limit));
    else if (!this.#isOver) return;
    else if (this.#error) reject(this.#error);
    else resolve(joined(this.#chunks, this.#size));
    this.#wake = undefined;
    this.#isReading = false;
    this.#chunks = [];
  }

  async *stream(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        yield chunk;
        this.#letIn(chunk.length);
      } else if (this.#error) throw this.#error;
      else if (this.#isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const tooLarge = (limit: number): Error => newRequestEntityTooLarge(`limit is ${limit}`);
