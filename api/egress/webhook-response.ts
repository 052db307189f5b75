/** Reads the review that a webhook's server sent back to ./webhook-client.ts. Behaves like upstream client-go/rest/request.go (transformResponse, Result.Into). */
import { StatusError, errorFromStatus, type StatusReason } from '../../apimachinery/errors.ts';
import { goQuote } from '../../apimachinery/go-text.ts';
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import { decodeJson } from '../../apimachinery/serializer/json.ts';
import type { Status } from '../../apimachinery/types/meta.gen.ts';
import type { KindType } from '../../apimachinery/types/type.ts';
import type { WebhookAnswer } from './webhook-client.ts';

const SHOWN = 2048;
const decoder = new TextDecoder();

/** A review of `kind`, in the version that was asked for. Throws a StatusError for an answer that is no success, else an Error that says why the body cannot be read. */
export async function readReview<T>({ status, contentType, bytes }: WebhookAnswer, { gvk, schema }: Pick<KindType<T>, 'gvk' | 'schema'>): Promise<Partial<T>> {
  if (status < 200 || status > 206) throw unsuccessful(status, contentType, bytes);
  if (bytes.length === 0) throw new Error(`0-length response with status code: ${status} and content type: ${contentType}`);
  const value = asObject(await parsed(bytes));
  checkKind(value, gvk);
  const { object, errors } = decodeObject(schema, value);
  if (errors[0] !== undefined) throw new Error(errors[0]);
  return object as Partial<T>;
}

/** What is no JSON object may be YAML. */
async function parsed(bytes: Uint8Array): Promise<unknown> {
  if (!decoder.decode(bytes).trimStart().startsWith('{')) return (await import('../../apimachinery/serializer/yaml.ts')).decodeYaml(bytes).value;
  try {
    return decodeJson(bytes).value;
  } catch (error) {
    throw new Error(`${UNREAD}${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const UNREAD = "couldn't get version/kind; json parse error: ";

function asObject(value: unknown): object {
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
  throw new Error(`${UNREAD}json: cannot unmarshal ${kind} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`);
}

const REVIEW_VERSIONS: readonly string[] = ['v1', 'v1beta1'];

/** A review that does not say what it is is taken for what was asked for; the form is judged later. */
function checkKind({ apiVersion = '', kind = '' }: { readonly apiVersion?: unknown; readonly kind?: unknown }, wanted: GroupVersionKind): void {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || apiVersion === '' || kind === '') return;
  const given = goTypeOf(apiVersion, kind, wanted);
  if (given === undefined) throw new Error(`no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`);
  const expected = `${wanted.version}.${wanted.kind}`;
  if (given !== expected) throw new Error(`converting (${given}) to (${expected}): unknown conversion`);
}

/** Undefined: neither a review of this kind nor a Status. */
function goTypeOf(apiVersion: string, kind: string, wanted: GroupVersionKind): string | undefined {
  if (apiVersion === 'v1' && kind === 'Status') return 'v1.Status';
  const version = REVIEW_VERSIONS.find((v) => apiVersion === `${wanted.group}/${v}`);
  return version !== undefined && kind === wanted.kind ? `${version}.${kind}` : undefined;
}

function unsuccessful(status: number, contentType: string, bytes: Uint8Array): StatusError {
  const said = statusIn(bytes);
  return said ? errorFromStatus(said, status) : genericError(status, textOf(contentType, bytes));
}

/** A Status in the body says more than the code. */
function statusIn(bytes: Uint8Array): Partial<Status> | undefined {
  const text = decoder.decode(bytes);
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value = decodeJson(bytes).value as Partial<Status> | undefined;
    return value?.kind === 'Status' && value.apiVersion === 'v1' && value.status === 'Failure' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof Error) return undefined;
    throw error;
  }
}

function textOf(contentType: string, bytes: Uint8Array): string {
  const isText = contentType === '' || contentType.startsWith('text/');
  return isText ? decoder.decode(bytes.subarray(0, SHOWN)).trim() : 'unknown';
}

const GENERIC: ReadonlyMap<number, readonly [StatusReason, string]> = new Map([
  [400, ['BadRequest', 'the server rejected our request for an unknown reason']],
  [401, ['Unauthorized', 'the server has asked for the client to provide credentials']],
  [404, ['NotFound', 'the server could not find the requested resource']],
  [405, ['MethodNotAllowed', 'the server does not allow this method on the requested resource']],
  [409, ['AlreadyExists', 'the server reported a conflict']],
  [422, ['Invalid', 'the server rejected our request due to an error in our request']],
  [429, ['TooManyRequests', 'the server has received too many requests and has asked us to try again later']],
  [503, ['ServiceUnavailable', 'the server is currently unable to handle the request']],
  [504, ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request']],
]);

/** Behaves like upstream apimachinery/pkg/api/errors NewGenericServerResponse. */
function genericError(status: number, said: string): StatusError {
  const [reason, message] = GENERIC.get(status) ?? specialError(status, said);
  return new StatusError(status, reason, message);
}

function specialError(status: number, said: string): readonly [StatusReason, string] {
  if (status === 403) return ['Forbidden', said];
  if (status === 406) return ['NotAcceptable', said === '' || said === 'unknown' ? 'the server was unable to respond with a content type that the client supports' : said];
  if (status === 415) return ['UnsupportedMediaType', said];
  if (status >= 500) return ['InternalError', `an error on the server (${goQuote(said)}) has prevented the request from succeeding`];
  return ['', `the server responded with the status code ${status} but did not return more information`];
}
