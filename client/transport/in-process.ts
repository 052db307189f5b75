/**
 * Calls a server's handler in this process: objects go in, frozen objects come out, no bytes are made.
 * Authentication, admission and validation run as for any other request.
 */
import type { ApiResponse, Body, Chunks, Handler, LazyBody, Received, WatchEvent } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Turns } from '../../component-base/turns.ts';
import type { Transport, TransportRequest, TransportResponse, UpgradedConnection, WatchEventOf } from '../interface.ts';
import { endingWith, OpenRequests, type OpenRequest } from './open-requests.ts';
import { concatBytes, decodeJson, encodeJson, framesOf } from './json.ts';

export interface InProcessOptions {
  readonly handler: Handler<Received>;
  /** Sent with every request: `authorization`, `user-agent`. Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Shared by all transports of a process: none may keep the loop from turning. */
  readonly turns?: Turns;
  /** How the server sees the caller's certificate (DER, leaf first). */
  readonly peerCertificates?: readonly Uint8Array[];
}

const EMPTY = new Uint8Array();

function lazyBody(body: TransportRequest['body']): LazyBody {
  const bytes = (): Uint8Array => (body === undefined ? EMPTY : 'bytes' in body ? body.bytes : encodeJson(body.object));
  return {
    bytes: () => Promise.resolve(bytes()),
    async *stream() {
      if (body !== undefined) yield bytes();
    },
    ...(body !== undefined && 'object' in body && { object: body.object }),
  };
}

async function collect(chunks: Chunks): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return concatBytes(all);
}

async function bodyBytes(body: Body): Promise<Uint8Array> {
  if (body.kind === 'bytes') return body.bytes;
  if (body.kind === 'stream') return collect(body.chunks);
  if (body.kind === 'object') return encodeJson(body.object);
  if (body.kind === 'empty') return EMPTY;
  throw new Error(`an answer of kind ${body.kind} cannot be read as bytes`);
}

async function* bodyStream(body: Body): AsyncIterable<Uint8Array> {
  if (body.kind === 'stream') yield* body.chunks;
  else yield await bodyBytes(body);
}

/** A server may answer a watch in bytes (an aggregated server behind a proxy): then the frames are parsed. */
function bodyEvents(body: Body): AsyncIterable<readonly WatchEventOf<Obj>[]> {
  if (body.kind === 'events') return body.events as AsyncIterable<readonly WatchEvent[]> as AsyncIterable<readonly WatchEventOf<Obj>[]>;
  return framesOf(bodyStream(body));
}

function toResponse(answer: ApiResponse): TransportResponse {
  const { body } = answer;
  return {
    status: answer.status,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')])),
    object: async () => (body.kind === 'object' ? body.object : decodeJson(await bodyBytes(body))),
    bytes: () => bodyBytes(body),
    stream: () => bodyStream(body),
    events: () => bodyEvents(body),
  };
}

/** A request whose answer is a stream is open until the stream is read or left. */
function untilRead(answer: ApiResponse, open: OpenRequest): ApiResponse {
  const { body } = answer;
  if (body.kind === 'events') return { ...answer, body: { ...body, events: endingWith(open, body.events) } };
  if (body.kind === 'stream') return { ...answer, body: { ...body, chunks: endingWith(open, body.chunks) } };
  open.end();
  return answer;
}

export function newInProcessTransport(options: InProcessOptions): Transport {
  const requests = new OpenRequests();
  const connection = { remoteAddress: '127.0.0.1', protocol: 'in-process', peerCertificates: options.peerCertificates ?? [] } as const;
  const receive = (request: TransportRequest, signal: AbortSignal): Received => ({
    method: request.method,
    rawPath: request.path,
    rawQuery: request.query?.toString() ?? '',
    headers: { accept: 'application/json', ...options.headers, ...(request.body && { 'content-type': 'application/json' }), ...request.headers },
    body: lazyBody(request.body),
    connection,
    accepts: 'objects',
    signal,
  });
  return {
    async send(request) {
      const pause = options.turns?.pause();
      if (pause) await pause;
      request.signal?.throwIfAborted();
      const open = requests.begin(request.signal);
      try {
        return toResponse(untilRead(await options.handler(receive(request, open.signal)), open));
      } catch (error) {
        open.end();
        throw error;
      }
    },
    upgrade(): Promise<UpgradedConnection> {
      return Promise.reject(new Error('exec, attach and port-forward are not supported in process: use the HTTP transport'));
    },
    close() {
      requests.abortAll(new Error('the client was closed'));
      return Promise.resolve();
    },
  };
}
