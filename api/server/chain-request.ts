/** The request as the stages of the chain fill it in. */
import type { Connection, LazyBody, Received, RequestHeaders } from '../../apimachinery/http.ts';
import type { Authenticated, RequestInfo, UserInfo, Warnings } from '../../registry/generic/context.ts';

const NOBODY: UserInfo = { name: '', uid: '', groups: [], extra: {} };
const NO_PATH: RequestInfo = {
  isResourceRequest: false,
  path: '',
  verb: '',
  apiPrefix: '',
  apiGroup: '',
  apiVersion: '',
  namespace: '',
  resource: '',
  subresource: '',
  name: '',
  parts: [],
  query: new URLSearchParams(),
  isWatchPath: false,
};

class WarningList implements Warnings {
  readonly list: string[] = [];

  add(text: string): void {
    if (text !== '' && !this.list.includes(text)) this.list.push(text);
  }
}

/** Belongs to the chain: stages write `info`, `user` and `audit`; what comes behind reads. */
export class ChainRequest implements Authenticated {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  readonly body: LazyBody;
  readonly connection: Connection;
  readonly accepts: 'bytes' | 'objects';
  readonly warnings: Warnings = new WarningList();
  info: RequestInfo = NO_PATH;
  user: UserInfo = NOBODY;
  /** Set when somebody impersonates: who really asks. */
  requestor: UserInfo | undefined;
  auditID = '';
  /** What stages add to the audit event. */
  readonly annotations: Record<string, string> = {};
  /** Headers that stages add to the answer. */
  readonly extraHeaders: Record<string, string> = {};
  readonly #received: Received;
  #expired: Error | undefined;
  #controller: AbortController | undefined;

  constructor(received: Received) {
    this.method = received.method;
    this.rawPath = received.rawPath;
    this.rawQuery = received.rawQuery;
    this.headers = received.headers;
    this.body = received.body;
    this.connection = received.connection;
    this.accepts = received.accepts;
    this.#received = received;
  }

  allHeaders(name: string): readonly string[] {
    if (this.#received.allHeaders) return this.#received.allHeaders(name);
    const value = this.headers[name];
    return value === undefined ? [] : [value];
  }

  /** Aborts when the client goes away, the server stops or the deadline passes. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      const controller = (this.#controller = new AbortController());
      const outer = this.#received.signal;
      if (outer.aborted) controller.abort(outer.reason);
      else outer.addEventListener('abort', () => controller.abort(outer.reason), { once: true });
      if (this.#expired) controller.abort(this.#expired);
    }
    return this.#controller.signal;
  }

  /** The deadline passed. */
  expire(reason: Error): void {
    this.#expired = reason;
    this.#controller?.abort(reason);
  }
}
