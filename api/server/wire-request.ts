/** A request from the wire as Received: the two HTTP versions fill it in (./http1.ts, ./http2.ts). */
import type { Connection, LazyBody, Received, RequestHeaders } from '../../apimachinery/http.ts';

/** Requests whose signal somebody holds; a stopping server aborts them. */
export type LiveRequests = Set<AbortController>;

export interface WireParts {
  readonly method: string;
  readonly target: string;
  readonly headers: RequestHeaders;
  readonly body: LazyBody;
  readonly connection: Connection;
  /** Repeated values of a header, apart. */
  all(name: string): readonly string[];
  /** Calls `gone` once when the client leaves before the answer ends, and `done` when the exchange is over. */
  watch(gone: () => void, done: () => void): void;
}

export class WireRequest implements Received {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  readonly body: LazyBody;
  readonly connection: Connection;
  readonly accepts = 'bytes' as const;
  readonly #parts: WireParts;
  readonly #live: LiveRequests;
  #controller: AbortController | undefined;

  constructor(parts: WireParts, live: LiveRequests) {
    const at = parts.target.indexOf('?');
    this.method = parts.method;
    this.rawPath = at < 0 ? parts.target : parts.target.slice(0, at);
    this.rawQuery = at < 0 ? '' : parts.target.slice(at + 1);
    this.headers = parts.headers;
    this.body = parts.body;
    this.connection = parts.connection;
    this.#parts = parts;
    this.#live = live;
  }

  allHeaders(name: string): readonly string[] {
    return this.#parts.all(name);
  }

  /** Made when somebody asks: most requests end before anyone needs it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = (this.#controller = new AbortController());
      this.#live.add(controller);
      const gone = (): void => controller.abort(new Error('the client went away'));
      this.#parts.watch(gone, () => this.#live.delete(controller));
    }
    return this.#controller.signal;
  }
}
