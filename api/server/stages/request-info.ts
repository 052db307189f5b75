/** Takes the path apart and names the request for audit. Behaves like upstream apiserver/pkg/endpoints/filters/requestinfo.go and audit_init.go. */
import type { Handler } from '../../../apimachinery/http.ts';
import type { Rand } from '../../../component-base/rand.ts';
import { parseRequestInfo } from '../../request-info.ts';
import type { ChainRequest } from '../chain-request.ts';

/** A longer ID sent by the client is not taken over. */
const MAX_AUDIT_ID = 64;

export function withRequestInfo(next: Handler<ChainRequest>, rand: Rand): Handler<ChainRequest> {
  return (request) => {
    const asked = request.headers['audit-id'];
    request.auditID = asked !== undefined && asked !== '' && asked.length <= MAX_AUDIT_ID ? asked : rand.uuid();
    request.info = parseRequestInfo(request.method, request.rawPath, request.rawQuery);
    return next(request);
  };
}
