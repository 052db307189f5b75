/** Plain answers, and errors as Status errors. Behaves like upstream apiserver/pkg/endpoints/handlers/responsewriters/errors.go. */
import { isStatusError, newInternalError, type StatusError } from '../../apimachinery/errors.ts';
import type { ApiResponse, ResponseHeaders } from '../../apimachinery/http.ts';

const encoder = new TextEncoder();

/** A StatusError as it is; anything else is this server's fault. */
export function asStatusError(error: unknown): StatusError {
  return isStatusError(error) ? error : newInternalError(error instanceof Error ? error.message : String(error), error);
}

/** Plain text, as Go's http.Error writes it. */
export function textResponse(status: number, text: string, headers: ResponseHeaders = {}): ApiResponse {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers }, body: { kind: 'bytes', bytes: encoder.encode(text) } };
}

export const notFoundText = (): ApiResponse => textResponse(404, '404 page not found\n');
