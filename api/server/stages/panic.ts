/** Outermost: whatever is thrown becomes an answer, and every answer carries the headers of all answers. Behaves like upstream apiserver/pkg/server/filters/wrap.go. */
import type { ApiResponse, Handler, Received } from '../../../apimachinery/http.ts';
import { isStatusError, type StatusError } from '../../../apimachinery/errors.ts';
import { outcomeOf } from '../../../apimachinery/maybe-promise.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { Log } from '../../../component-base/log.ts';
import { ChainRequest } from '../chain-request.ts';
import { statusAnswer } from '../../endpoints/errors.ts';
import { asStatusError } from '../status-response.ts';
import { warningHeaders } from '../warning-headers.ts';

/** Bodies that are still being made when the handler returns. */
const GOES_ON = new Set<string>(['events', 'stream', 'upgrade']);

export function withPanicGuard(next: Handler<ChainRequest>, log: Log): Handler<Received> {
  return (received) => {
    const request = new ChainRequest(received);
    return outcomeOf(
      () => next(request),
      (response) => finished(request, response),
      (error) => {
        if (!isStatusError(error) && !request.signal.aborted) log.error('the handler failed', error, { method: request.method, path: request.rawPath });
        return finished(request, failed(asStatusError(error), request));
      },
    );
  };
}

function failed(error: StatusError, request: ChainRequest): ApiResponse {
  const retry = error.details?.retryAfterSeconds ?? 0;
  return statusAnswer(error.toStatus() as unknown as Obj, error.code, request, retry > 0 ? { 'Retry-After': String(retry) } : {});
}

/** The answer's own headers count more than those of the stages. */
function finished(request: ChainRequest, { status, headers: own, body }: ApiResponse): ApiResponse {
  if (!GOES_ON.has(body.kind)) request.settle();
  const headers = request.extraHeaders;
  headers['Audit-Id'] = request.auditID;
  headers['Cache-Control'] = 'no-cache, private';
  for (const name in own) headers[name] = own[name] as string;
  if (request.hasWarnings) headers['Warning'] = warningHeaders(request.warnings.list);
  return { status, headers, body };
}
