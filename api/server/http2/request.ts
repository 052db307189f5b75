/** Streams of HTTP/2 as requests of the chain. Neighbours: connection.ts, from which they come, and ../http1.ts, the same for HTTP/1.1. */
import type { ApiResponse, Connection, Handler } from '../../../apimachinery/http.ts';
import { ErrorCode } from '../../../component-base/http2/error.ts';
import { emptyBody } from '../request-body.ts';
import { abandon, sendResponse, type Sink } from '../response-body.ts';
import { hasNameLike, valuesOf, WireRequest, type LiveRequests } from '../wire-request.ts';
import type { ServerStream } from './stream.ts';

/** What all streams of a connection have in common. */
export interface StreamSetting {
  readonly connection: Connection;
  readonly handler: Handler;
  readonly live: LiveRequests;
  readonly later: LaterAnswers;
  readonly onError: (error: unknown) => void;
}

/** Answers one stream. Never throws: a failure midway resets the stream, so that the client cannot take it for a complete answer. */
export function serveStream(setting: StreamSetting, stream: ServerStream, headers: Record<string, string>, fields: readonly string[]): void {
  const request = new StreamRequest(setting, stream, headers, fields);
  try {
    const answer = setting.handler(request);
    if (answer instanceof Promise) answer.then((response) => request.answer(response), (error: unknown) => request.fail(error));
    else request.answer(answer);
  } catch (error) {
    request.fail(error);
  }
}

class StreamRequest extends WireRequest implements Sink {
  readonly #stream: ServerStream;
  readonly #fields: readonly string[];
  readonly #setting: StreamSetting;

  constructor(setting: StreamSetting, stream: ServerStream, headers: Record<string, string>, fields: readonly string[]) {
    super(headers[':method'] as string, headers[':path'] as string, headers, stream.body ?? emptyBody, setting.connection, setting.live);
    this.#stream = stream;
    this.#fields = fields;
    this.#setting = setting;
  }

  allHeaders(name: string): readonly string[] {
    return valuesOf(this.#fields, name);
  }

  hasHeaderLike(prefix: string): boolean {
    return hasNameLike(this.#fields, prefix);
  }

  protected watch(gone: () => void, done: () => void): void {
    this.#stream.onClosed(() => {
      if (!this.#stream.isFinished) gone();
      done();
    });
  }

  get writable(): ServerStream['writable'] {
    return this.#stream.writable;
  }

  /** Watchers are told of a write before its writer is: its answer goes out once the events of this turn have. */
  answer(response: ApiResponse): void {
    if (this.method === 'GET' || this.method === 'HEAD') this.send(response);
    else this.#setting.later.add(this, response);
  }

  /** Never throws. */
  send(response: ApiResponse): void {
    if (this.#stream.isClosed) return abandon(response);
    try {
      const sent = sendResponse(response, this, this.method, this.headers['accept-encoding']);
      if (sent instanceof Promise) sent.then(undefined, (error: unknown) => this.fail(error));
    } catch (error) {
      this.fail(error);
    }
  }

  head(status: number, headers: ApiResponse['headers'], endStream: boolean): void {
    this.#stream.head(status, headers, endStream);
  }

  end(bytes: Uint8Array): void {
    this.#stream.end(bytes);
  }

  fail(error: unknown): void {
    this.#setting.onError(error);
    this.#stream.reset(ErrorCode.internal);
  }
}

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
