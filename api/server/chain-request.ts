/** The request as the stages of the chain fill it in. */
import type { Received } from '../../apimachinery/http.ts';
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

/** Belongs to the chain: stages write `info`, `user` and `auditID`; what comes behind reads. Every member is the object's own, so that `{ ...request, rawPath }` is a request, too. */
export interface ChainRequest extends Authenticated {
  info: RequestInfo;
  user: UserInfo;
  /** Set when somebody impersonates: who really asks. */
  requestor: UserInfo | undefined;
  auditID: string;
  allHeaders(name: string): readonly string[];
  /** What stages add to the audit event. */
  readonly annotations: Record<string, string>;
  /** Headers that stages add to the answer. */
  readonly extraHeaders: Record<string, string>;
  /** Aborts when the client goes away, the server stops or the deadline passes. Made when somebody asks. */
  readonly signal: AbortSignal;
  /** The deadline passed. */
  expire(reason: Error): void;
  /** Nothing that belongs to the request goes on: lets go of the outer signal, which may live as long as the process. */
  settle(): void;
}

export function newChainRequest(received: Received): ChainRequest {
  let expired: Error | undefined;
  let controller: AbortController | undefined;
  const abort = (): void => controller?.abort(received.signal.reason);
  return {
    method: received.method,
    rawPath: received.rawPath,
    rawQuery: received.rawQuery,
    headers: received.headers,
    body: received.body,
    connection: received.connection,
    accepts: received.accepts,
    warnings: new WarningList(),
    info: NO_PATH,
    user: NOBODY,
    requestor: undefined,
    auditID: '',
    annotations: {},
    extraHeaders: {},
    allHeaders: (name) => allHeaders(received, name),
    get signal() {
      if (!controller) {
        controller = new AbortController();
        follow(received.signal, controller, abort);
        if (expired) controller.abort(expired);
      }
      return controller.signal;
    },
    expire(reason) {
      expired = reason;
      controller?.abort(reason);
    },
    settle: () => received.signal.removeEventListener('abort', abort),
  };
}

function allHeaders(received: Received, name: string): readonly string[] {
  if (received.allHeaders) return received.allHeaders(name);
  const value = received.headers[name];
  return value === undefined ? [] : [value];
}

function follow(outer: AbortSignal, controller: AbortController, abort: () => void): void {
  if (outer.aborted) controller.abort(outer.reason);
  else outer.addEventListener('abort', abort, { once: true });
}
