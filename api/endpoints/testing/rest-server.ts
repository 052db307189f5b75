/** The endpoints without a chain, for tests: everybody may do everything. */
import type { ApiResponse, WatchEvent } from '../../../apimachinery/http.ts';
import type { JsonObject } from '../../../apimachinery/meta.ts';
import { silentLog } from '../../../component-base/log.ts';
import { seededRand } from '../../../component-base/rand.ts';
import type { Authenticated, Egress } from '../../../registry/generic/context.ts';
import { noAdmission } from '../../../registry/generic/internal-context.ts';
import type { TestEngine } from '../../../registry/testing/engine.ts';
import type { RestAnswer, RestServer } from '../../../registry/testing/rest-contract.ts';
import { parseRequestInfo } from '../../request-info.ts';
import { newResourceHandler, type EndpointDeps } from '../handler.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const noEgress: Egress = { call: () => Promise.reject(new Error('nothing is reachable from a test')) };

export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accepts?: 'bytes' | 'objects';
  readonly signal?: AbortSignal;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: ApiResponse['headers'];
  readonly warnings: readonly string[];
  readonly body: ApiResponse['body'];
}

export interface TestServer extends RestServer {
  send(request: TestRequest): Promise<TestAnswer>;
}

export function newTestServer(engine: TestEngine, deps: Partial<EndpointDeps> = {}): TestServer {
  const { registry, stores, set, clock } = engine;
  const handler = newResourceHandler({ registry, stores, set, clock, egress: noEgress, rand: seededRand(3), log: silentLog, admission: () => noAdmission, ...deps });
  const send = async (request: TestRequest): Promise<TestAnswer> => {
    const received = authenticated(request);
    return { ...(await handler(received)), warnings: received.warnings.list };
  };
  return {
    send,
    call: async (method, path, body, contentType) => {
      const answer = await send({ method, path, body, headers: contentType === undefined ? {} : { 'content-type': contentType } });
      return { status: answer.status, body: await jsonOf(answer) };
    },
    watch: async (path, count) => (await events(send, path, count)) as unknown as readonly { readonly type: string; readonly object: JsonObject }[],
  };
}

function authenticated(request: TestRequest): Authenticated {
  const [rawPath = '', rawQuery = ''] = request.path.split('?');
  const method = request.method ?? 'GET';
  const bytes = bytesOf(request.body);
  const list: string[] = [];
  return {
    method,
    rawPath,
    rawQuery,
    headers: { 'user-agent': 'tests/1', ...request.headers },
    body: { bytes: () => Promise.resolve(bytes), stream: () => emptyStream() },
    connection: { remoteAddress: '127.0.0.1', protocol: 'in-process', peerCertificates: [] },
    accepts: request.accepts ?? 'bytes',
    signal: request.signal ?? new AbortController().signal,
    info: parseRequestInfo(method, rawPath, rawQuery),
    user: { name: 'tester', uid: '', groups: ['system:masters'], extra: {} },
    warnings: { list, add: (text) => void (list.includes(text) || list.push(text)) },
  };
}

// oxlint-disable-next-line require-yield
async function* emptyStream(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
}

function bytesOf(body: unknown): Uint8Array {
  if (body === undefined) return new Uint8Array(0);
  if (body instanceof Uint8Array) return body;
  return encoder.encode(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The whole body as text. */
export async function textOf({ body }: Pick<TestAnswer, 'body'>): Promise<string> {
  if (body.kind === 'bytes') return decoder.decode(body.bytes);
  if (body.kind !== 'stream') return '';
  let text = '';
  for await (const chunk of body.chunks) text += decoder.decode(chunk, { stream: true });
  return text;
}

export async function jsonOf(answer: Pick<TestAnswer, 'body'>): Promise<RestAnswer['body']> {
  return JSON.parse(await textOf(answer)) as JsonObject;
}

/** Ends the watch when it has seen enough. */
async function events(send: (request: TestRequest) => Promise<TestAnswer>, path: string, count: number): Promise<readonly WatchEvent[]> {
  const end = new AbortController();
  const { body } = await send({ path, accepts: 'objects', signal: end.signal });
  const seen: WatchEvent[] = [];
  if (body.kind !== 'events') return seen;
  for await (const batch of body.events) {
    seen.push(...batch);
    if (seen.length >= count) break;
  }
  end.abort();
  return seen;
}
