/** Takes the path apart and names the request for audit. Behaves like upstream apiserver/pkg/endpoints/filters/requestinfo.go and audit_init.go. */
import type { ApiResponse, Handler } from '../../../apimachinery/http.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Rand } from '../../../component-base/rand.ts';
import { parseRequestInfo, PathError, RequestInfoError } from '../../request-info.ts';
import type { ChainRequest } from '../chain-request.ts';
import { textResponse } from '../status-response.ts';

/** A longer ID sent by the client is not taken over. */
const MAX_AUDIT_ID = 64;

export function withRequestInfo(next: Handler<ChainRequest>, { rand, clock }: { readonly rand: Rand; readonly clock: Clock }): Handler<ChainRequest> {
  return (request) => {
    const asked = request.headers['audit-id'];
    request.auditID = asked !== undefined && asked !== '' && asked.length <= MAX_AUDIT_ID ? asked : rand.uuid();
    try {
      request.info = parseRequestInfo(request.method, request.rawPath, request.rawQuery);
    } catch (error) {
      if (error instanceof PathError) return textResponse(400, '400 Bad Request');
      if (error instanceof RequestInfoError) return refusal(request, error.message);
      throw error;
    }
    request.countedFrom = clock.monotonic();
    return next(request);
  };
}

/** Upstream tells this in plain text. */
function refusal({ rawPath, rawQuery }: ChainRequest, why: string): ApiResponse {
  return textResponse(500, `Internal Server Error: ${JSON.stringify(rawQuery === '' ? rawPath : `${rawPath}?${rawQuery}`)}: failed to create RequestInfo: ${why}\n`);
}
