/** Outermost: whatever is thrown becomes an answer, and every answer carries the headers of all answers. Behaves like upstream apiserver/pkg/server/filters/wrap.go. */
import type { ApiResponse, Handler, Received, ResponseHeaders } from '../../../apimachinery/http.ts';
import { isStatusError, type StatusError } from '../../../apimachinery/errors.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { Log } from '../../../component-base/log.ts';
import { newChainRequest, type ChainRequest } from '../chain-request.ts';
import { statusAnswer } from '../../endpoints/errors.ts';
import { asStatusError } from '../status-response.ts';
import { warningHeaders } from '../warning-headers.ts';

/** Bodies that are still being made when the handler returns. */
const GOES_ON = new Set<string>(['events', 'stream', 'upgrade']);

export function withPanicGuard(next: Handler<ChainRequest>, log: Log): Handler<Received> {
  return async (received) => {
    const request = newChainRequest(received);
    let response: ApiResponse;
    try {
      response = await next(request);
    } catch (error) {
      if (!isStatusError(error) && !request.signal.aborted) log.error('the handler failed', error, { method: request.method, path: request.rawPath });
      response = failed(asStatusError(error), request);
    }
    if (!GOES_ON.has(response.body.kind)) request.settle();
    return { status: response.status, headers: allHeaders(request, response.headers), body: response.body };
  };
}

function failed(error: StatusError, request: ChainRequest): ApiResponse {
  const retry = error.details?.retryAfterSeconds ?? 0;
  return statusAnswer(error.toStatus() as unknown as Obj, error.code, request, retry > 0 ? { 'Retry-After': String(retry) } : {});
}

function allHeaders(request: ChainRequest, own: ResponseHeaders): ResponseHeaders {
  const headers: ResponseHeaders = { 'Audit-Id': request.auditID, 'Cache-Control': 'no-cache, private', ...request.extraHeaders, ...own };
  if (request.warnings.list.length > 0) headers['Warning'] = warningHeaders(request.warnings.list);
  return headers;
}
