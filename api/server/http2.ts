/** HTTP/2 streams as requests: `stream` events of sessions, without node's compatibility layer (it costs more than the request). */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { ApiResponse, Connection, Handler } from '../../apimachinery/http.ts';
import { bodyOf, emptyBody } from './request-body.ts';
import { sendResponse, type Sink } from './response-body.ts';
import { WireRequest, type LiveRequests } from './wire-request.ts';

const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_INTERNAL_ERROR } = constants;

export interface StreamEvent {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly flags: number;
  readonly rawHeaders: readonly string[];
}

/** Answers one stream. Never rejects: a failure midway resets the stream, so that the client cannot take it for a complete answer. */
export async function serveStream(event: StreamEvent, connection: Connection, handler: Handler, live: LiveRequests, onError: (error: unknown) => void): Promise<void> {
  const { stream, headers } = event;
  stream.on('error', onError);
  const method = headers[':method'] as unknown as string;
  try {
    const response = await handler(new WireRequest(partsOf(event, connection, method), live));
    if (stream.destroyed) return;
    await sendResponse(response, sinkOf(stream), method, headers['accept-encoding'] as string | undefined);
  } catch (error) {
    onError(error);
    if (!stream.destroyed) stream.close(NGHTTP2_INTERNAL_ERROR);
  }
}

function partsOf({ stream, headers, flags, rawHeaders }: StreamEvent, connection: Connection, method: string): ConstructorParameters<typeof WireRequest>[0] {
  const length = headers['content-length'];
  const hasBody = (flags & NGHTTP2_FLAG_END_STREAM) === 0;
  return {
    method,
    target: headers[':path'] as unknown as string,
    headers: headers as Record<string, string>,
    body: hasBody ? bodyOf(stream, length === undefined ? Number.NaN : Number(length)) : emptyBody,
    connection,
    all: (name) => valuesOf(rawHeaders, name),
    watch: (gone, done) => {
      if (stream.destroyed) return gone();
      stream.once('close', () => {
        if (!stream.writableFinished) gone();
        done();
      });
    },
  };
}

/** The values of `name` in a flat list of names and values. */
export function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '');
  return values;
}

function sinkOf(stream: ServerHttp2Stream): Sink {
  return {
    head: (status, headers: ApiResponse['headers'], endStream) => {
      stream.respond({ ':status': status, ...(headers as Record<string, string | string[]>) }, { endStream });
    },
    writable: stream,
  };
}
