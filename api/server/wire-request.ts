/** A request from the wire as Received: the two HTTP versions say where its parts are (./http1.ts, ./http2/request.ts). */
import type { Connection, LazyBody, Received, RequestHeaders } from '../../apimachinery/http.ts';

/** Requests whose signal somebody holds; a stopping server aborts them. */
export type LiveRequests = Set<AbortController>;

export abstract class WireRequest implements Received {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  readonly body: LazyBody;
  readonly connection: Connection;
  readonly accepts = 'bytes' as const;
  readonly #live: LiveRequests;
  #controller: AbortController | undefined = undefined;

  /** `target`: path and query as the client wrote them. */
  constructor(method: string, target: string, headers: RequestHeaders, body: LazyBody, connection: Connection, live: LiveRequests) {
    const at = target.indexOf('?');
    this.method = method;
    this.rawPath = at < 0 ? target : target.slice(0, at);
    this.rawQuery = at < 0 ? '' : target.slice(at + 1);
    this.headers = headers;
    this.body = body;
    this.connection = connection;
    this.#live = live;
  }

  abstract allHeaders(name: string): readonly string[];

  abstract hasHeaderLike(prefix: string): boolean;

  /** Calls `gone` once when the client leaves before the answer ends, and `done` when the exchange is over. */
  protected abstract watch(gone: () => void, done: () => void): void;

  /** Made when somebody asks: most requests end before anyone needs it. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = (this.#controller = new AbortController());
      this.#live.add(controller);
      const gone = (): void => controller.abort(new Error('the client went away'));
      this.watch(gone, () => this.#live.delete(controller));
    }
    return this.#controller.signal;
  }
}

/** The values of `name` in a flat list of names and values. */
export function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '');
  return values;
}

/** Whether a name in a flat list of names and values begins so. `prefix`: lower case. */
export function hasNameLike(rawHeaders: readonly string[], prefix: string): boolean {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if ((name.charCodeAt(0) | LOWER) === prefix.charCodeAt(0) && name.slice(0, prefix.length).toLowerCase() === prefix) return true;
  }
  return false;
}

/** Of an ASCII letter: makes it small. */
const LOWER = 0x20;

/** `stream`: whose end is the end of the exchange. */
export function watchEnd(stream: { readonly destroyed: boolean; readonly writableFinished: boolean; once(event: 'close', listener: () => void): unknown }, gone: () => void, done: () => void): void {
  if (stream.destroyed) return gone();
  stream.once('close', () => {
    if (!stream.writableFinished) gone();
    done();
  });
}
