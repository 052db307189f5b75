/** Gives each request a signal of its own, which aborts with the caller's or when all are aborted, and which leaves nothing behind when the request ended. */

export interface OpenRequest {
  readonly signal: AbortSignal;
  /** Idempotent. */
  end(): void;
}

export class OpenRequests {
  /** Those that have not ended. */
  readonly #open = new Set<AbortController>();
  #reason: Error | undefined;

  begin(caller?: AbortSignal): OpenRequest {
    const controller = new AbortController();
    const abort = (): void => controller.abort(caller?.reason);
    if (this.#reason) controller.abort(this.#reason);
    else if (caller?.aborted === true) abort();
    else {
      this.#open.add(controller);
      caller?.addEventListener('abort', abort, { once: true });
    }
    return {
      signal: controller.signal,
      end: () => {
        this.#open.delete(controller);
        caller?.removeEventListener('abort', abort);
      },
    };
  }

  /** Aborts what is open and whatever begins later. */
  abortAll(reason: Error): void {
    this.#reason = reason;
    for (const controller of this.#open) controller.abort(reason);
    this.#open.clear();
  }
}

/** Passes on what `source` gives, and ends the request when it ends or is left. */
export async function* endingWith<T>(request: OpenRequest, source: AsyncIterable<T> | Iterable<T>): AsyncIterable<T> {
  try {
    yield* source;
  } finally {
    request.end();
  }
}
