/** One request and its answer on a connection. Neighbours: connection.ts, from which it comes, sender.ts, through which it answers, and request.ts, which makes a request of the chain of it. */
import { Buffer } from 'node:buffer';
import { Writable } from 'node:stream';
import type { ApiResponse } from '../../../apimachinery/http.ts';
import { ErrorCode } from '../../../component-base/http2/error.ts';
import type { StreamBody } from './stream-body.ts';

/** What a stream needs of the way out (sender.ts). */
export interface StreamSender {
  head(stream: ServerStream, status: number, headers: ApiResponse['headers'], isEnd: boolean): void;
  send(stream: ServerStream): void;
}

/** What a stream needs of its connection. */
export interface StreamOwner {
  /** Ends the stream with one of ErrorCode. */
  reset(stream: ServerStream, code: number): void;
}

const EMPTY = new Uint8Array(0);

export class ServerStream {
  readonly id: number;
  readonly #owner: StreamOwner;
  readonly #sender: StreamSender;
  /** Undefined: the request has no body. */
  body: StreamBody | undefined;
  /** How much the client takes, and how much it may send. */
  sendWindow: number;
  receiveWindow: number;
  /** What has been handed over and not been sent. */
  rest: Uint8Array = EMPTY;
  /** Nothing follows `rest`. */
  isEnding = false;
  /** The client has said all. */
  isRemoteEnded = false;
  /** It waits among others of its connection. */
  isQueued = false;
  /** Everything has been said, or the stream was reset, or the client is gone. */
  isClosed = false;
  /** The answer was sent as a whole. */
  isFinished = false;
  #taken: (() => void) | undefined;
  #writable: StreamWritable | undefined;
  readonly #whenClosed: (() => void)[] = [];

  constructor(id: number, owner: StreamOwner, sender: StreamSender, sendWindow: number, receiveWindow: number) {
    this.id = id;
    this.#owner = owner;
    this.#sender = sender;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
  }

  /** For what is written piece by piece. */
  get writable(): Writable {
    if (!this.#writable) {
      this.#writable = new StreamWritable(this);
      if (this.isClosed) this.#writable.destroy();
    }
    return this.#writable;
  }

  head(status: number, headers: ApiResponse['headers'], isEnd: boolean): void {
    if (!this.isClosed) this.#sender.head(this, status, headers, isEnd);
  }

  /** `taken` is called when the bytes are needed no longer: at once where there is room. Never called when the stream closes before. */
  write(bytes: Uint8Array, taken: () => void): void {
    if (this.isClosed) return;
    this.rest = bytes;
    this.#taken = taken;
    this.#sender.send(this);
  }

  /** What may be told last. */
  end(bytes: Uint8Array = EMPTY): void {
    if (this.isClosed) return;
    this.rest = bytes;
    this.isEnding = true;
    this.#sender.send(this);
  }

  /** Called by the connection when `rest` is sent. */
  wasTaken(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    this.rest = EMPTY;
    taken?.();
  }

  reset(code: number): void {
    if (!this.isClosed) this.#owner.reset(this, code);
  }

  /** Runs it when the stream is closed. */
  onClosed(run: () => void): void {
    if (this.isClosed) run();
    else this.#whenClosed.push(run);
  }

  /** Called by the connection, once. `cause`: what ended it before its time. */
  closed(isFinished: boolean, cause: Error | undefined): void {
    this.isClosed = true;
    this.isFinished = isFinished;
    this.rest = EMPTY;
    this.#taken = undefined;
    this.body?.breakOff(cause);
    if (!isFinished) this.#writable?.destroy();
    for (const run of this.#whenClosed.splice(0)) run();
  }
}

class StreamWritable extends Writable {
  readonly #stream: ServerStream;

  constructor(stream: ServerStream) {
    super({ decodeStrings: true });
    this.#stream = stream;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#stream.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished) this.#stream.reset(error ? ErrorCode.internal : ErrorCode.cancel);
    done(error);
  }
}
