/** A Status error as an answer. Behaves like upstream apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
import { isStatusError, newInternalError, type StatusError } from '../../apimachinery/errors.ts';
import type { ApiResponse, Received, ResponseHeaders } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';

const encoder = new TextEncoder();

/** JSON for the wire, the object itself in process. */
export function statusResponse(error: StatusError, request: Pick<Received, 'accepts'>, headers: ResponseHeaders = {}): ApiResponse {
  const status = error.toStatus();
  const retry = error.details?.retryAfterSeconds;
  const all = { ...headers, 'Content-Type': 'application/json', ...(retry !== undefined && retry > 0 && { 'Retry-After': String(retry) }) };
  if (request.accepts === 'objects') return { status: error.code, headers: all, body: { kind: 'object', object: status as unknown as Obj } };
  return { status: error.code, headers: all, body: { kind: 'bytes', bytes: encoder.encode(`${JSON.stringify(status)}\n`) } };
}

/** A StatusError as it is; anything else is this server's fault. */
export function asStatusError(error: unknown): StatusError {
  return isStatusError(error) ? error : newInternalError(error instanceof Error ? error.message : String(error), error);
}

/** Plain text, as Go's http.Error writes it. */
export function textResponse(status: number, text: string, headers: ResponseHeaders = {}): ApiResponse {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers }, body: { kind: 'bytes', bytes: encoder.encode(text) } };
}

export const notFoundText = (): ApiResponse => textResponse(404, '404 page not found\n');
