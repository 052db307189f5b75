/** HTTP/2 streams as requests: `stream` events of sessions, without node's compatibility layer (it costs more than the request). */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { ApiResponse, Connection, Handler } from '../../apimachinery/http.ts';
import { bodyOf, emptyBody } from './request-body.ts';
import { abandon, sendResponse, type Sink } from './response-body.ts';
import { hasNameLike, valuesOf, watchEnd, WireRequest, type LiveRequests } from './wire-request.ts';

const { NGHTTP2_FLAG_END_STREAM, NGHTTP2_INTERNAL_ERROR } = constants;

/** What all streams of a connection have in common. */
export interface StreamSetting {
  readonly connection: Connection;
  readonly handler: Handler;
  readonly live: LiveRequests;
  readonly later: LaterAnswers;
  readonly onError: (error: unknown) => void;
}

/** Answers one stream. Never throws: a failure midway resets the stream, so that the client cannot take it for a complete answer. */
export function serveStream(setting: StreamSetting, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, rawHeaders: readonly string[]): void {
  stream.on('error', setting.onError);
  const request = new StreamRequest(setting, stream, headers, (flags & NGHTTP2_FLAG_END_STREAM) === 0, rawHeaders);
  try {
    const answer = setting.handler(request);
    if (answer instanceof Promise) answer.then((response) => request.answer(response), (error: unknown) => request.fail(error));
    else request.answer(answer);
  } catch (error) {
    request.fail(error);
  }
}

class StreamRequest extends WireRequest implements Sink {
  readonly writable: ServerHttp2Stream;
  readonly #rawHeaders: readonly string[];
  readonly #setting: StreamSetting;

  constructor(setting: StreamSetting, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, hasBody: boolean, rawHeaders: readonly string[]) {
    const length = headers['content-length'];
    const body = hasBody ? bodyOf(stream, length === undefined ? Number.NaN : Number(length), holdOpen) : emptyBody;
    super(headers[':method'] as unknown as string, headers[':path'] as unknown as string, headers as Record<string, string>, body, setting.connection, setting.live);
    this.writable = stream;
    this.#rawHeaders = rawHeaders;
    this.#setting = setting;
  }

  allHeaders(name: string): readonly string[] {
    return valuesOf(this.#rawHeaders, name);
  }

  hasHeaderLike(prefix: string): boolean {
    return hasNameLike(this.#rawHeaders, prefix);
  }

  protected watch(gone: () => void, done: () => void): void {
    watchEnd(this.writable, gone, done);
  }

  /** Watchers are told of a write before its writer is: its answer goes out once the events of this turn have. */
  answer(response: ApiResponse): void {
    if (this.method === 'GET' || this.method === 'HEAD') this.send(response);
    else this.#setting.later.add(this, response);
  }

  /** Never throws. */
  send(response: ApiResponse): void {
    if (this.writable.destroyed) return abandon(response);
    try {
      const sent = sendResponse(response, this, this.method, this.headers['accept-encoding']);
      if (sent instanceof Promise) sent.then(undefined, (error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  head(status: number, headers: ApiResponse['headers'], endStream: boolean): void {
    headers[':status'] = String(status);
    this.writable.respond(headers as Record<string, string | string[]>, endStream ? END : undefined);
  }

  fail(error: unknown): void {
    this.#setting.onError(error);
    if (!this.writable.destroyed) this.writable.close(NGHTTP2_INTERNAL_ERROR);
  }
}

/**
 * Keeps a byte unread until the answer is out. Node destroys a stream that was read to its end when the last frame of its answer is handed over, not when it was written:
 * that looks as if the client had gone away, and node makes an error for the write that is still under way.
 */
function holdOpen(stream: ServerHttp2Stream): void {
  stream.pause();
  stream.unshift(BYTE);
  stream.once('finish', letGo);
}

function letGo(this: ServerHttp2Stream): void {
  this.resume();
}

const BYTE = new Uint8Array(1);
const END = { endStream: true } as const;

/** Answers that go out when the events of this turn have, in the order in which they came. */
export class LaterAnswers {
  #requests: StreamRequest[] = [];
  #answers: ApiResponse[] = [];

  add(request: StreamRequest, answer: ApiResponse): void {
    this.#answers.push(answer);
    if (this.#requests.push(request) === 1) setImmediate(this.#send);
  }

  readonly #send = (): void => {
    const requests = this.#requests;
    const answers = this.#answers;
    this.#requests = [];
    this.#answers = [];
    for (let i = 0; i < requests.length; i++) requests[i]?.send(answers[i] as ApiResponse);
  };
}
