/** Status errors: the only errors that cross the API. Behaves like upstream apimachinery/pkg/api/errors. */
import { groupResourceText, type GroupResource } from './meta.ts';
import type { Status, StatusCause } from './types/meta.gen.ts';
import type { ErrorList } from './validation/field.ts';

export type StatusReason =
  | ''
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable';

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly code: number;
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: StatusReason, message: string, details?: StatusDetails, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The body of the answer. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason !== '' && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

const of = (gr: GroupResource, name?: string): StatusDetails => ({
  ...(name !== undefined && name !== '' && { name }),
  ...(gr.group !== '' && { group: gr.group }),
  ...(gr.resource !== '' && { kind: gr.resource }),
});

export const newNotFound = (gr: GroupResource, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${groupResourceText(gr)} "${name}" not found`, of(gr, name));
export const newAlreadyExists = (gr: GroupResource, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${groupResourceText(gr)} "${name}" already exists`, of(gr, name));
export const newGenerateNameConflict = (gr: GroupResource, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${groupResourceText(gr)} "${name}" already exists, the server was not able to generate a unique name for the object`, { ...of(gr, name), retryAfterSeconds: 1 });
export const newUnauthorized = (message = 'Unauthorized'): StatusError => new StatusError(401, 'Unauthorized', message);
export const newForbidden = (gr: GroupResource, name: string, why: string): StatusError =>
  new StatusError(
    403,
    'Forbidden',
    gr.resource === '' ? `forbidden: ${why}` : name === '' ? `${groupResourceText(gr)} is forbidden: ${why}` : `${groupResourceText(gr)} "${name}" is forbidden: ${why}`,
    of(gr, name),
  );
export const newConflict = (gr: GroupResource, name: string, why: string): StatusError =>
  new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${groupResourceText(gr)} "${name}": ${why}`, of(gr, name));
/** The text of an optimistic lock that failed. */
export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';
/** A failed server-side apply. */
export const newApplyConflict = (causes: StatusCause[], message: string): StatusError => new StatusError(409, 'Conflict', message, { causes });
export const newBadRequest = (message: string, cause?: unknown): StatusError => new StatusError(400, 'BadRequest', message, undefined, cause);
export const newMethodNotSupported = (gr: GroupResource, action: string): StatusError =>
  new StatusError(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${groupResourceText(gr)}"`, of(gr));
export const newRequestEntityTooLarge = (message: string): StatusError => new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);
export const newUnsupportedMediaType = (message: string): StatusError => new StatusError(415, 'UnsupportedMediaType', message);
export const newNotAcceptable = (message: string): StatusError => new StatusError(406, 'NotAcceptable', message);
export const newInternalError = (message: string, cause?: unknown): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] }, cause);
export const newResourceExpired = (message: string): StatusError => new StatusError(410, 'Expired', message);
export const newGone = (message: string): StatusError => new StatusError(410, 'Gone', message);
export const newTimeout = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds > 0 ? { retryAfterSeconds } : {});
export const newTooManyRequests = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds });
export const newServiceUnavailable = (message: string, cause?: unknown): StatusError => new StatusError(503, 'ServiceUnavailable', message, undefined, cause);

/** Several errors, as Go's aggregate prints them: one alone, or [a, b] without repetitions. */
export function aggregateText(errors: ErrorList): string {
  const texts = [...new Set(errors.map((e) => `${e.field === '' ? '' : `${e.field}: `}${e.message}`))];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
}

export function newInvalid(group: string, kind: string, name: string, errors: ErrorList): StatusError {
  const causes = errors.map((e) => ({ reason: e.type, message: e.message, field: e.field }));
  const qualified = group === '' ? kind : `${kind}.${group}`;
  return new StatusError(422, 'Invalid', errors.length === 0 ? `${qualified} "${name}" is invalid` : `${qualified} "${name}" is invalid: ${aggregateText(errors)}`, {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    ...(kind !== '' && { kind }),
    causes,
  });
}

export function isStatusError(error: unknown, reason?: StatusReason): error is StatusError {
  return error instanceof StatusError && (reason === undefined || error.reason === reason);
}
export const isNotFound = (error: unknown): boolean => isStatusError(error, 'NotFound');
export const isAlreadyExists = (error: unknown): boolean => isStatusError(error, 'AlreadyExists');
export const isConflict = (error: unknown): boolean => isStatusError(error, 'Conflict');
export const isExpired = (error: unknown): boolean => isStatusError(error, 'Expired') || isStatusError(error, 'Gone');

/** An error from a Status body, as a client reads it. */
export function errorFromStatus(status: Partial<Status>, httpCode: number): StatusError {
  return new StatusError(status.code ?? httpCode, (status.reason ?? '') as StatusReason, status.message ?? `the server answered with status ${httpCode}`, status.details as StatusDetails | undefined);
}
