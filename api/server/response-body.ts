/** Writes an answer's body to a socket or stream under backpressure, compressed where upstream would. */
import { constants, createGzip, gzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import { Readable, type Writable } from 'node:stream';
import { isFeed } from '../../apimachinery/feed.ts';
import type { ApiResponse, Body, MaybePromise, WatchEvent } from '../../apimachinery/http.ts';
import { pump } from './pump.ts';

/** Smaller answers are sent as they are. */
const GZIP_THRESHOLD = 128 * 1024;
const LEVEL = { level: constants.Z_BEST_SPEED };
const encoder = new TextEncoder();

export interface Sink {
  /** Sends status and headers; `length` is known for bodies held in memory. */
  head(status: number, headers: ApiResponse['headers'], endStream: boolean): void;
  /** Sends a body that is there as a whole. */
  end(bytes: Uint8Array): void;
  /** For bodies that come piece by piece. */
  readonly writable: Writable;
}

/** Sends the whole answer; done when the last byte was handed to the socket: at once for what is held in memory. Fails when the client is gone or the body fails midway. */
export function sendResponse(response: ApiResponse, sink: Sink, method: string, acceptEncoding: string | undefined): MaybePromise<void> {
  const body = response.body;
  if (body.kind === 'empty' || method === 'HEAD') {
    abandon(response);
    return sink.head(response.status, withLength(response.headers, lengthOf(body)), true);
  }
  if (body.kind === 'bytes' || body.kind === 'object') return sendBytes(response, bytesOf(body), sink, acceptEncoding);
  if (body.kind === 'upgrade') throw new Error('this connection cannot be upgraded');
  return sendStream(response, body, sink, acceptEncoding);
}

/** Nobody will read the body: what feeds it lets go. */
export function abandon({ body }: ApiResponse): void {
  if (body.kind === 'stream' && isFeed(body.chunks)) body.chunks.close();
}

function bytesOf(body: Body & { kind: 'bytes' | 'object' }): Uint8Array {
  return body.kind === 'bytes' ? body.bytes : encoder.encode(`${JSON.stringify(body.object)}\n`);
}

function lengthOf(body: Body): number | undefined {
  if (body.kind === 'bytes') return body.bytes.length;
  if (body.kind === 'stream') return body.length;
  return body.kind === 'empty' ? 0 : undefined;
}

function withLength(headers: ApiResponse['headers'], length: number | undefined): ApiResponse['headers'] {
  if (length !== undefined && length > 0) headers['Content-Length'] = String(length);
  return headers;
}

function asGzip(headers: ApiResponse['headers']): ApiResponse['headers'] {
  headers['Content-Encoding'] = 'gzip';
  const vary = headers['Vary'] ?? [];
  headers['Vary'] = vary.length === 0 ? 'Accept-Encoding' : [...[vary].flat(), 'Accept-Encoding'];
  return headers;
}

/** The token `gzip` as it is: one with a weight is not asked for. */
export function wantsGzip(acceptEncoding: string | undefined, length: number | undefined): boolean {
  return length !== undefined && length >= GZIP_THRESHOLD && acceptEncoding !== undefined && acceptEncoding.split(',').some((token) => token.trim() === 'gzip');
}

function sendBytes({ status, headers }: ApiResponse, bytes: Uint8Array, sink: Sink, acceptEncoding: string | undefined): MaybePromise<void> {
  if (wantsGzip(acceptEncoding, bytes.length) && headers['Content-Encoding'] === undefined) return sendPacked(status, headers, bytes, sink);
  headers['Content-Length'] = String(bytes.length);
  sink.head(status, headers, bytes.length === 0);
  if (bytes.length > 0) sink.end(bytes);
}

async function sendPacked(status: number, headers: ApiResponse['headers'], bytes: Uint8Array, sink: Sink): Promise<void> {
  const packed = await new Promise<Uint8Array>((resolve, reject) => gzip(bytes, LEVEL, (error, result) => (error ? reject(error) : resolve(result))));
  sink.head(status, withLength(asGzip(headers), packed.length), false);
  sink.end(packed);
}

async function sendStream(response: ApiResponse, body: Body & { kind: 'stream' | 'events' }, sink: Sink, acceptEncoding: string | undefined): Promise<void> {
  const chunks = body.kind === 'stream' ? body.chunks : encodeEvents(body.events);
  const length = body.kind === 'stream' ? body.length : undefined;
  if (wantsGzip(acceptEncoding, length) && response.headers['Content-Encoding'] === undefined) {
    sink.head(response.status, asGzip(response.headers), false);
    return pipeline(Readable.from(chunks, { objectMode: true }), createGzip(LEVEL), sink.writable);
  }
  sink.head(response.status, withLength(response.headers, length), false);
  await pump(chunks, sink.writable);
}

async function* encodeEvents(events: AsyncIterable<readonly WatchEvent[]>): AsyncIterable<Uint8Array> {
  for await (const batch of events) yield encoder.encode(batch.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
