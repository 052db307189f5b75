/**
 * What a connection sends: heads and bodies within the client's windows, and no more than the socket takes. Neighbours: connection.ts, which reads and knows the streams; component-base/http2/frames.ts.
 * Behaves like upstream golang.org/x/net/http2/writesched_roundrobin.go and flow.go.
 */
import type { Duplex } from 'node:stream';
import type { ApiResponse } from '../../../apimachinery/http.ts';
import { copyBytes } from '../../../component-base/copy-bytes.ts';
import { ConnectionError, ErrorCode } from '../../../component-base/http2/error.ts';
import { DEFAULT_WINDOW, Flag, FrameType, FrameWriter, MAX_PAYLOAD, putUint32 } from '../../../component-base/http2/frames.ts';
import { encodeResponse } from './response-headers.ts';
import type { ServerStream, StreamSender } from './stream.ts';

export interface SenderOptions {
  readonly socket: Duplex;
  /** The time as answers tell it. */
  date(): string;
  /** Called when the last frame of an answer has been written. */
  finished(stream: ServerStream): void;
}

const EMPTY = new Uint8Array(0);
export const LARGEST_WINDOW = 0x7fffffff;
/** Bodies wait while so much waits for the socket; what the client makes the server say besides may not come to more than the second. */
const FULL = 256 << 10;
const FLOODED = 4 << 20;

export class Sender implements StreamSender {
  readonly #options: SenderOptions;
  readonly #socket: Duplex;
  readonly #writer: FrameWriter;
  /** Streams that wait for the connection's window or the socket, each in turn. */
  readonly #queue: ServerStream[] = [];
  #window = DEFAULT_WINDOW;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#writer = new FrameWriter((bytes, written) => this.#write(bytes, written));
  }

  /** Sends status and headers; with `isEnd`, they are the whole answer. */
  head(stream: ServerStream, status: number, headers: ApiResponse['headers'], isEnd: boolean): void {
    const block = encodeResponse(status, headers, this.#options.date());
    const flags = isEnd ? Flag.endStream : 0;
    if (block.length <= MAX_PAYLOAD) this.#writer.frame(FrameType.headers, flags | Flag.endHeaders, stream.id, block);
    else this.#longHead(stream.id, flags, block);
    if (isEnd) this.#options.finished(stream);
  }

  /** Sends what the stream has to send as far as the windows and the socket take it; the rest later. */
  send(stream: ServerStream): void {
    if (stream.isQueued) return;
    if (this.#queue.length > 0 || !this.#sendAll(stream)) this.#enqueue(stream);
  }

  /** The client takes so much more. Throws a ConnectionError when that is more than a window can be. */
  widen(more: number): void {
    this.#window += more;
    if (this.#window > LARGEST_WINDOW) throw new ConnectionError(ErrorCode.flowControl, 'a window is too large');
    this.#sendQueued();
  }

  /** A frame that is no part of an answer. */
  reply(type: number, flags: number, id: number, payload: Uint8Array): void {
    this.#writer.frame(type, flags, id, payload);
  }

  /** What the client asks for and never reads must not pile up: throws a ConnectionError. */
  checkFlood(): void {
    if (this.#writer.waiting + this.#socket.writableLength > FLOODED) throw new ConnectionError(ErrorCode.enhanceYourCalm, 'the client does not read what it asks for');
  }

  reset(id: number, code: number): void {
    const at = this.#writer.begin(4, FrameType.reset, 0, id);
    putUint32(this.#writer.bytes, at, code);
  }

  /** Lets the client send so much more: on a stream, or (0) on the connection. */
  grant(id: number, length: number): void {
    const at = this.#writer.begin(4, FrameType.windowUpdate, 0, id);
    putUint32(this.#writer.bytes, at, length);
  }

  goAway(lastId: number, code: number, message: string): void {
    const text = new TextEncoder().encode(message);
    const at = this.#writer.begin(8 + text.length, FrameType.goAway, 0, 0);
    putUint32(this.#writer.bytes, at, lastId);
    putUint32(this.#writer.bytes, at + 4, code);
    this.#writer.bytes.set(text, at + 8);
  }

  /** Sends what waits, and closes the socket. */
  end(): void {
    this.#writer.flush();
    this.#socket.end();
  }

  #write(bytes: Uint8Array, written: () => void): void {
    if (this.#socket.destroyed) return written();
    this.#socket.write(bytes, () => {
      written();
      if (this.#queue.length > 0) this.#sendQueued();
    });
  }

  get #isFull(): boolean {
    return this.#writer.waiting + this.#socket.writableLength >= FULL;
  }

  /** Whether it need not wait for the connection: it is done, or waits for its own window. */
  #sendAll(stream: ServerStream): boolean {
    while (stream.rest.length > 0) {
      if (stream.sendWindow <= 0) return true;
      if (this.#window <= 0 || this.#isFull) return false;
      this.#sendFrame(stream);
    }
    this.#sent(stream);
    return true;
  }

  #sendFrame(stream: ServerStream): void {
    const { rest } = stream;
    const length = Math.min(rest.length, MAX_PAYLOAD, stream.sendWindow, this.#window);
    const isLast = stream.isEnding && length === rest.length;
    const at = this.#writer.begin(length, FrameType.data, isLast ? Flag.endStream : 0, stream.id);
    if (length === rest.length) copyBytes(rest, this.#writer.bytes, at);
    else this.#writer.bytes.set(rest.subarray(0, length), at);
    stream.sendWindow -= length;
    this.#window -= length;
    stream.rest = length === rest.length ? EMPTY : rest.subarray(length);
    if (isLast) this.#options.finished(stream);
  }

  #sent(stream: ServerStream): void {
    if (stream.isClosed) return;
    if (!stream.isEnding) return stream.wasTaken();
    this.#writer.frame(FrameType.data, Flag.endStream, stream.id, EMPTY);
    this.#options.finished(stream);
  }

  #enqueue(stream: ServerStream): void {
    stream.isQueued = true;
    this.#queue.push(stream);
  }

  /** A frame of each in turn, while there is room. */
  #sendQueued(): void {
    while (this.#queue.length > 0 && this.#window > 0 && !this.#isFull) {
      const stream = this.#queue.shift() as ServerStream;
      stream.isQueued = false;
      if (stream.isClosed || (stream.rest.length > 0 && stream.sendWindow <= 0)) continue;
      if (stream.rest.length > 0) this.#sendFrame(stream);
      if (stream.isClosed || stream.isQueued) continue;
      if (stream.rest.length > 0) this.#enqueue(stream);
      else this.#sent(stream);
    }
  }

  #longHead(id: number, flags: number, block: Uint8Array): void {
    this.#writer.frame(FrameType.headers, flags, id, block.subarray(0, MAX_PAYLOAD));
    for (let at = MAX_PAYLOAD; at < block.length; at += MAX_PAYLOAD) {
      const end = Math.min(at + MAX_PAYLOAD, block.length);
      this.#writer.frame(FrameType.continuation, end === block.length ? Flag.endHeaders : 0, id, block.subarray(at, end));
    }
  }
}
