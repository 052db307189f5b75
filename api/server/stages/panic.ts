/** Outermost: whatever is thrown becomes an answer, and every answer carries the headers of all answers. Behaves like upstream apiserver/pkg/server/filters/wrap.go. */
import type { ApiResponse, Handler, Received, ResponseHeaders } from '../../../apimachinery/http.ts';
import { isStatusError } from '../../../apimachinery/errors.ts';
import type { Log } from '../../../component-base/log.ts';
import { ChainRequest } from '../chain-request.ts';
import { asStatusError, statusResponse } from '../status-response.ts';
import { warningHeaders } from '../warning-headers.ts';

export function withPanicGuard(next: Handler<ChainRequest>, log: Log): Handler<Received> {
  return async (received) => {
    const request = new ChainRequest(received);
    let response: ApiResponse;
    try {
      response = await next(request);
    } catch (error) {
      if (!isStatusError(error) && !request.signal.aborted) log.error('the handler failed', error, { method: request.method, path: request.rawPath });
      response = statusResponse(asStatusError(error), request);
    }
    return { status: response.status, headers: allHeaders(request, response.headers), body: response.body };
  };
}

function allHeaders(request: ChainRequest, own: ResponseHeaders): ResponseHeaders {
  const headers: ResponseHeaders = { 'Audit-Id': request.auditID, 'Cache-Control': 'no-cache, private', ...request.extraHeaders, ...own };
  if (request.warnings.list.length > 0) headers['Warning'] = warningHeaders(request.warnings.list);
  return headers;
}
