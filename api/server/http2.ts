/** HTTP/2 streams as requests: `stream` events of sessions, without node's compatibility layer (it costs more than the request). */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { ApiResponse, Connection, Handler } from '../../apimachinery/http.ts';
import { outcomeOf } from '../../apimachinery/maybe-promise.ts';
import { bodyOf, emptyBody } from './request-body.ts';
import { abandon, sendResponse, type Sink } from './response-body.ts';
import { valuesOf, watchEnd, WireRequest, type LiveRequests } from './wire-request.ts';

const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_INTERNAL_ERROR } = constants;

export interface StreamEvent {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly flags: number;
  readonly rawHeaders: readonly string[];
}

/** Answers one stream. Never throws: a failure midway resets the stream, so that the client cannot take it for a complete answer. */
export function serveStream(event: StreamEvent, connection: Connection, handler: Handler, live: LiveRequests, onError: (error: unknown) => void): void {
  const { stream, headers } = event;
  stream.on('error', onError);
  const failed = (error: unknown): void => {
    onError(error);
    if (!stream.destroyed) stream.close(NGHTTP2_INTERNAL_ERROR);
  };
  const request = new StreamRequest(event, connection, live);
  const send = (response: ApiResponse): void => {
    if (stream.destroyed) return abandon(response);
    void outcomeOf(() => sendResponse(response, new StreamSink(stream), request.method, headers['accept-encoding'] as string | undefined), nothing, failed);
  };
  void outcomeOf(() => handler(request), isRead(request.method) ? send : (response) => void setImmediate(send, response), failed);
}

/** Watchers are told of a write before its writer is: its answer goes out once the events of this turn have. */
const isRead = (method: string): boolean => method === 'GET' || method === 'HEAD';

const nothing = (): void => undefined;

class StreamRequest extends WireRequest {
  readonly #stream: ServerHttp2Stream;
  readonly #rawHeaders: readonly string[];

  constructor({ stream, headers, flags, rawHeaders }: StreamEvent, connection: Connection, live: LiveRequests) {
    const length = headers['content-length'];
    const hasBody = (flags & NGHTTP2_FLAG_END_STREAM) === 0;
    const body = hasBody ? bodyOf(stream, length === undefined ? Number.NaN : Number(length)) : emptyBody;
    super(headers[':method'] as unknown as string, headers[':path'] as unknown as string, headers as Record<string, string>, body, connection, live);
    this.#stream = stream;
    this.#rawHeaders = rawHeaders;
  }

  allHeaders(name: string): readonly string[] {
    return valuesOf(this.#rawHeaders, name);
  }

  protected watch(gone: () => void, done: () => void): void {
    watchEnd(this.#stream, gone, done);
  }
}

class StreamSink implements Sink {
  readonly writable: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    this.writable = stream;
  }

  head(status: number, headers: ApiResponse['headers'], endStream: boolean): void {
    headers[':status'] = String(status);
    this.writable.respond(headers as Record<string, string | string[]>, endStream ? END : undefined);
  }
}

const END = { endStream: true } as const;
