/** A queue between a producer that pushes and one consumer that iterates; and two byte streams joined back to back. */
import type { DuplexStream } from '../../apimachinery/http.ts';

/** Unbounded: producers that can flood must wait for their consumer by other means. */
export class AsyncQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #error: Error | undefined;
  /** Runs when the consumer stops iterating before the end. */
  onReturn: (() => void) | undefined;

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    this.#notify();
  }

  /** The consumer sees what was pushed before, then the end or `error`. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#notify();
  }

  get ended(): boolean {
    return this.#ended;
  }

  get size(): number {
    return this.#items.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        while (this.#items.length > 0) yield this.#items.shift() as T;
        if (this.#ended) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.onReturn?.();
    }
    if (this.#error) throw this.#error;
  }

  #notify(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

function half(incoming: AsyncQueue<Uint8Array>, outgoing: AsyncQueue<Uint8Array>): DuplexStream {
  return {
    readable: incoming,
    write: async (chunk) => outgoing.push(chunk),
    end: () => outgoing.end(),
    destroy(error) {
      outgoing.end(error);
      incoming.end(error);
    },
  };
}

/** What one side writes, the other reads. */
export function duplexPair(): [DuplexStream, DuplexStream] {
  const [a, b] = [new AsyncQueue<Uint8Array>(), new AsyncQueue<Uint8Array>()];
  return [half(a, b), half(b, a)];
}
