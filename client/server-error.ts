/** The error of an answer that failed: its Status, or what its code says when it holds none. Behaves like upstream apimachinery/pkg/api/errors.NewGenericServerResponse and client-go/rest's transformResponse. */
import { errorFromStatus, StatusError, type StatusReason } from '../apimachinery/errors.ts';
import type { Status } from '../apimachinery/types/meta.gen.ts';
import { goQuote } from '../apimachinery/go-text.ts';
import type { TransportResponse } from './interface.ts';

const MAX_TEXT = 2048;

/** What a code says: the reason, and the message, for which undefined means the server's own words. */
const BY_CODE: ReadonlyMap<number, readonly [StatusReason, string | undefined]> = new Map<number, readonly [StatusReason, string | undefined]>([
  [400, ['BadRequest', 'the server rejected our request for an unknown reason']],
  [401, ['Unauthorized', 'the server has asked for the client to provide credentials']],
  [403, ['Forbidden', undefined]],
  [404, ['NotFound', 'the server could not find the requested resource']],
  [405, ['MethodNotAllowed', 'the server does not allow this method on the requested resource']],
  [406, ['NotAcceptable', undefined]],
  [409, ['Conflict', 'the server reported a conflict']],
  [415, ['UnsupportedMediaType', undefined]],
  [422, ['Invalid', 'the server rejected our request due to an error in our request']],
  [429, ['TooManyRequests', 'the server has received too many requests and has asked us to try again later']],
  [503, ['ServiceUnavailable', 'the server is currently unable to handle the request']],
  [504, ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request']],
]);

/** Reads the body of an answer whose status is 400 or more. `method`: that of the request. */
export async function errorOf(response: TransportResponse, method: string): Promise<StatusError> {
  const text = new TextDecoder().decode(await response.bytes());
  const status = statusIn(text);
  if (status) return errorFromStatus(status, response.status);
  const said = text.slice(0, MAX_TEXT).trim();
  const { reason, message } = wordsFor(response, method, said);
  return new StatusError(response.status, reason, message, { causes: [{ reason: 'UnexpectedServerResponse', message: said }] });
}

function statusIn(text: string): Partial<Status> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const body = JSON.parse(text) as Partial<Status>;
    return body.kind === 'Status' ? body : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function wordsFor({ status }: TransportResponse, method: string, said: string): { reason: StatusReason; message: string } {
  if (status === 409 && method === 'POST') return { reason: 'AlreadyExists', message: 'the server reported a conflict' };
  const known = BY_CODE.get(status);
  if (known) return { reason: known[0], message: known[1] ?? (status === 406 && said === '' ? 'the server was unable to respond with a content type that the client supports' : said) };
  if (status >= 500) return { reason: 'InternalError', message: `an error on the server (${goQuote(said)}) has prevented the request from succeeding` };
  return { reason: '', message: `the server responded with the status code ${status} but did not return more information` };
}
