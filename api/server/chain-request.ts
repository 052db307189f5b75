/** The request as the stages of the chain fill it in. */
import type { Connection, LazyBody, Received, RequestHeaders, ResponseHeaders } from '../../apimachinery/http.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { Authenticated, RequestInfo, Warnings } from '../../registry/generic/context.ts';
import type { Verdict } from '../authorization/interface.ts';
import type { Flow } from '../flowcontrol/classify.ts';

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

/** Headers of refusals in plain sight of browsers. */
export const NO_SNIFFING: Readonly<ResponseHeaders> = { 'X-Content-Type-Options': 'nosniff' };

class WarningList implements Warnings {
  readonly list: string[] = [];

  add(text: string): void {
    if (text !== '' && !this.list.includes(text)) this.list.push(text);
  }
}

/** Belongs to the chain: stages write `info`, `user`, `auditID` and `verdict`; what comes behind reads. */
export class ChainRequest implements Authenticated {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  readonly body: LazyBody;
  readonly connection: Connection;
  readonly accepts: Received['accepts'];
  info: RequestInfo = NO_PATH;
  user: UserInfo = NOBODY;
  /** Set when somebody impersonates: who really asks. */
  requestor: UserInfo | undefined = undefined;
  auditID = '';
  /** What the authoriser said; absent before it was asked. */
  verdict: Verdict | undefined = undefined;
  /** Which flow the request belongs to; undefined before flow schemas exist. */
  flow: Flow | undefined = undefined;
  /** Headers that stages add to the answer; shared. */
  extraHeaders: Readonly<ResponseHeaders> | undefined = undefined;
  /** When it came, in ms of the monotonic clock; undefined: it is not counted. */
  countedFrom: number | undefined = undefined;
  /** How long the answer may take; undefined: as long as it wants. */
  timeoutMs: number | undefined = undefined;
  readonly #received: Received;
  #warnings: WarningList | undefined = undefined;
  #annotations: Map<string, string> | undefined = undefined;
  #expired: Error | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #letGo: (() => void) | undefined = undefined;

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

  get warnings(): Warnings {
    return (this.#warnings ??= new WarningList());
  }

  get hasWarnings(): boolean {
    return this.#warnings !== undefined && this.#warnings.list.length > 0;
  }

  /** The first value of a key stays. */
  annotate(key: string, value: string): void {
    this.#annotations ??= new Map();
    if (!this.#annotations.has(key)) this.#annotations.set(key, value);
  }

  get annotations(): ReadonlyMap<string, string> | undefined {
    return this.#annotations;
  }

  /** Aborts when the client goes away, the server stops or the deadline passes. Made when somebody asks. */
  get signal(): AbortSignal {
    return (this.#controller ??= this.#newController()).signal;
  }

  allHeaders(name: string): readonly string[] {
    if (this.#received.allHeaders) return this.#received.allHeaders(name);
    const value = this.headers[name];
    return value === undefined ? [] : [value];
  }

  hasHeaderLike(prefix: string): boolean {
    if (this.#received.hasHeaderLike) return this.#received.hasHeaderLike(prefix);
    for (const name in this.headers) if (name.startsWith(prefix)) return true;
    return false;
  }

  /** The deadline passed. */
  expire(reason: Error): void {
    this.#expired = reason;
    this.#controller?.abort(reason);
  }

  /** Nothing that belongs to the request goes on: lets go of the outer signal, which may live as long as the process. */
  settle(): void {
    this.#letGo?.();
  }

  #newController(): AbortController {
    const controller = new AbortController();
    const outer = this.#received.signal;
    const abort = (): void => controller.abort(outer.reason);
    if (this.#expired) controller.abort(this.#expired);
    else if (outer.aborted) abort();
    else {
      outer.addEventListener('abort', abort, { once: true });
      this.#letGo = () => outer.removeEventListener('abort', abort);
    }
    return controller;
  }
}
