/** What a watch reads: messages of its stream and what it tells itself, in the order of their arrival. */

/** The stream is held up while so many wait. */
const FULL = 64;

/** Of a stream, what an inbox needs. */
export interface Source<T> {
  on(event: 'data', take: (item: T) => void): unknown;
  on(event: 'error', fail: (error: Error) => void): unknown;
  on(event: 'end', end: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

export class Inbox<T> {
  readonly #source: Source<T>;
  #items: T[] = [];
  #over: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(source: Source<T>) {
    this.#source = source;
    source.on('data', (item) => {
      this.push(item);
      if (this.#items.length >= FULL) source.pause();
    });
    source.on('error', (error) => this.fail(error));
    source.on('end', () => this.#end({}));
  }

  push(item: T): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /** The reader gets what has come, then the error. Only the first one counts. */
  fail(error: unknown): void {
    this.#end({ error });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      const items = this.#items;
      this.#items = [];
      if (items.length >= FULL) this.#source.resume();
      yield* items;
      if (this.#items.length > 0) continue;
      if (this.#over?.error !== undefined) throw this.#over.error;
      if (this.#over) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #end(how: { readonly error?: unknown }): void {
    this.#over ??= how;
    this.#wake?.();
  }
}
