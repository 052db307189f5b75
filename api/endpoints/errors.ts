/** A failure as the answer that the client negotiated; the only place where this folder turns errors into bodies. Behaves like upstream responsewriters/errors.go. */
import { StatusError, isStatusError } from '../../apimachinery/errors.ts';
import type { ApiResponse, ResponseHeaders } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { interpretStorageError } from '../../registry/generic/store-errors.ts';
import { negotiate } from './accept.ts';
import { encodeStatus } from './encode.ts';
import type { EndpointDeps } from './scope.ts';

const encoder = new TextEncoder();

export function notFoundText(): ApiResponse {
  return {
    status: 404,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
    body: { kind: 'bytes', bytes: encoder.encode('404 page not found\n') },
  };
}

export const newGenericNotFound = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
export const newGenericMethodNotAllowed = (): StatusError => new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

/** An error that is no Status is this server's fault: it is logged and its text told without a reason. */
export function errorAnswer(error: unknown, request: Authenticated, deps: EndpointDeps): ApiResponse {
  const status = statusOf(error, request, deps);
  const retry = status.details?.retryAfterSeconds ?? 0;
  const headers: ResponseHeaders = retry > 0 ? { 'Retry-After': String(retry) } : {};
  return statusAnswer(status.toStatus() as unknown as Obj, status.code, request, headers);
}

export function statusOf(error: unknown, request: Authenticated, deps: EndpointDeps): StatusError {
  const mapped = interpretStorageError(error);
  if (isStatusError(mapped)) return mapped;
  if (request.signal.aborted && isStatusError(request.signal.reason)) return request.signal.reason;
  deps.log.error('an error without a status reached the client', mapped, { path: request.info.path });
  return new StatusError(500, '', mapped instanceof Error ? mapped.message : String(mapped), undefined, mapped);
}

/** A Status in the form that the client accepts; JSON when it accepts none. */
export function statusAnswer(status: Obj, code: number, request: Authenticated, headers: ResponseHeaders = {}): ApiResponse {
  if (request.accepts === 'objects') return { status: code, headers, body: { kind: 'object', object: status } };
  const { bytes, contentType } = encodeStatus(status, accepted(request));
  return { status: code, headers: { ...headers, 'Content-Type': contentType }, body: { kind: 'bytes', bytes } };
}

function accepted(request: Authenticated): ReturnType<typeof negotiate> {
  try {
    return negotiate(request, { protobuf: true, asIs: true });
  } catch (error) {
    if (isStatusError(error, 'NotAcceptable')) return { mediaType: 'application/json', pretty: false };
    throw error;
  }
}
