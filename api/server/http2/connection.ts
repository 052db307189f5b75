/**
 * The server's side of HTTP/2 (RFC 9113) on a socket: streams, windows, limits. Neighbours: component-base/http2, the frames; stream.ts, one request; ../listener.ts, which accepts sockets.
 * Why node:http2 is not used: docs/design/0011. Behaves like upstream golang.org/x/net/http2/server.go.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '../../../component-base/clock.ts';
import { ConnectionError, ErrorCode } from '../../../component-base/http2/error.ts';
import { DEFAULT_WINDOW, Flag, FrameReader, type FrameSink, FrameType, MAX_PAYLOAD, PREFACE, putUint32, Setting, SETTING, uint32 } from '../../../component-base/http2/frames.ts';
import { HeaderReader } from '../../../component-base/http2/hpack.ts';
import { areTrailers, lengthOf, requestHeaders } from './request-headers.ts';
import { ServerStream, type StreamOwner } from './stream.ts';
import { StreamBody } from './stream-body.ts';
import { Allowance } from './allowance.ts';
import { httpDate } from './response-headers.ts';
import { LARGEST_WINDOW, Sender } from './sender.ts';

export interface ConnectionOptions {
  /** Its HTTP/2 begins with what is read next. */
  readonly socket: Duplex;
  readonly clock: Clock;
  /** How many requests may be under way at once. */
  readonly maxStreams: number;
  /** Takes a request. `fields`: names and values in turn, as they came. Throws nothing. */
  onRequest(stream: ServerStream, headers: Record<string, string>, fields: readonly string[]): void;
  /** What the client did wrong; the connection ends. */
  onError(error: Error): void;
}

const EMPTY = new Uint8Array(0);
/** What the client may send ahead: of one body, and of all. */
const STREAM_WINDOW = 256 << 10;
const CONNECTION_WINDOW = 100 * STREAM_WINDOW;
const TABLE_BYTES = 4096;
/** Of one request, as upstream's (net/http.DefaultMaxHeaderBytes). */
const MOST_HEADER_BYTES = 1 << 20;
const MOST_CONTINUATIONS = 128;
/** Frames of bodies that bring nothing. */
const EMPTY_FRAMES = 1000;

export class Http2Connection implements FrameSink, StreamOwner {
  readonly #options: ConnectionOptions;
  readonly #socket: Duplex;
  readonly #reader = new FrameReader(this);
  readonly #sender: Sender;
  readonly #headers = new HeaderReader({ tableBytes: TABLE_BYTES, mostBytes: MOST_HEADER_BYTES });
  readonly #streams = new Map<number, ServerStream>();
  readonly #resets: Allowance;
  #preface = 0;
  #hasSettings = false;
  #lastId = 0;
  #initialSendWindow = DEFAULT_WINDOW;
  /** What has been taken and not been granted anew. */
  #taken = 0;
  #receiveWindow = CONNECTION_WINDOW;
  #emptyFrames = 0;
  #isLeaving = false;
  #isOver = false;
  /** A block of headers that has come in part. */
  #block: { readonly id: number; readonly flags: number; bytes: Uint8Array; parts: number } | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#resets = new Allowance(options.clock);
    this.#sender = new Sender({ socket: options.socket, date: () => httpDate(options.clock.now()), finished: (stream) => this.#finished(stream) });
    this.#greet();
    this.#socket.on('data', (bytes: Uint8Array) => this.#read(bytes));
    this.#socket.on('close', () => this.#gone());
  }

  /** Takes no new requests; the socket is closed when those under way are answered. */
  close(): void {
    if (this.#isLeaving || this.#isOver) return;
    this.#isLeaving = true;
    this.#sender.goAway(this.#lastId, ErrorCode.none, '');
    this.#endWhenIdle();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  reset(stream: ServerStream, code: number): void {
    this.#sender.reset(stream.id, code);
    this.#remove(stream, false, undefined);
  }

  frame(type: number, flags: number, id: number, payload: Uint8Array): void {
    if (!this.#hasSettings && type !== FrameType.settings) throw new ConnectionError(ErrorCode.protocol, 'the first frame is no settings');
    if (this.#block && (type !== FrameType.continuation || id !== this.#block.id)) throw new ConnectionError(ErrorCode.protocol, 'a frame came amid headers');
    switch (type) {
      case FrameType.data:
        return this.#data(flags, id, payload);
      case FrameType.headers:
        return this.#requestHead(flags, id, payload);
      case FrameType.continuation:
        return this.#continuation(flags, payload);
      case FrameType.priority:
        return this.#priority(id, payload);
      case FrameType.reset:
        return this.#wasReset(id, payload);
      case FrameType.settings:
        return this.#settings(flags, id, payload);
      case FrameType.ping:
        return this.#ping(flags, id, payload);
      case FrameType.goAway:
        return checkFrame(id === 0, payload.length >= 8, 'GOAWAY');
      case FrameType.windowUpdate:
        return this.#windowUpdate(id, payload);
      case FrameType.pushPromise:
        throw new ConnectionError(ErrorCode.protocol, 'a client cannot promise');
      default:
        return undefined;
    }
  }

  #greet(): void {
    const settings: readonly (readonly [number, number])[] = [
      [Setting.maxStreams, this.#options.maxStreams],
      [Setting.initialWindow, STREAM_WINDOW],
      [Setting.maxHeaders, MOST_HEADER_BYTES],
    ];
    const payload = new Uint8Array(settings.length * SETTING);
    for (const [i, [setting, value]] of settings.entries()) {
      payload[i * SETTING + 1] = setting;
      putUint32(payload, i * SETTING + 2, value);
    }
    this.#sender.reply(FrameType.settings, 0, 0, payload);
    this.#sender.grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW);
  }

  #read(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      const start = this.#preface < PREFACE.length ? this.#readPreface(bytes) : 0;
      this.#reader.read(start === 0 ? bytes : bytes.subarray(start));
    } catch (error) {
      this.#options.onError(error as Error);
      this.#fail(error instanceof ConnectionError ? error : new ConnectionError(ErrorCode.internal, 'the server failed'));
    }
  }

  /** Where the first frame begins. */
  #readPreface(bytes: Uint8Array): number {
    let at = 0;
    for (; at < bytes.length && this.#preface < PREFACE.length; at++, this.#preface++) {
      if (bytes[at] !== PREFACE[this.#preface]) throw new ConnectionError(ErrorCode.protocol, 'the connection does not begin as HTTP/2 does');
    }
    return at;
  }

  /** The client broke the rules, or the server failed: it is told, and the connection ends. */
  #fail(error: ConnectionError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sender.goAway(this.#lastId, error.code, error.message);
    this.#sender.end();
    for (const stream of [...this.#streams.values()]) this.#remove(stream, false, error);
    this.#options.clock.after(1000, () => this.#socket.destroy());
  }

  #gone(): void {
    this.#isOver = true;
    for (const stream of [...this.#streams.values()]) this.#remove(stream, false, undefined);
  }

  #endWhenIdle(): void {
    if (!this.#isLeaving || this.#streams.size > 0) return;
    this.#sender.end();
  }

  /** The answer is complete. A client that is still sending is told that nobody listens. */
  #finished(stream: ServerStream): void {
    if (!stream.isRemoteEnded) this.#sender.reset(stream.id, ErrorCode.none);
    this.#remove(stream, true, undefined);
  }

  #remove(stream: ServerStream, isFinished: boolean, cause: Error | undefined): void {
    if (!this.#streams.delete(stream.id)) return;
    stream.closed(isFinished, cause);
    if (this.#isLeaving && !this.#isOver) this.#endWhenIdle();
  }

  /** So much of bodies has been read, or thrown away. */
  #letIn(length: number): void {
    this.#taken += length;
    if (this.#taken < CONNECTION_WINDOW / 4) return;
    this.#sender.grant(0, this.#taken);
    this.#receiveWindow += this.#taken;
    this.#taken = 0;
  }

  #letInStream(stream: ServerStream, length: number): void {
    this.#letIn(length);
    if (stream.isRemoteEnded || stream.isClosed || length === 0) return;
    stream.receiveWindow += length;
    this.#sender.grant(stream.id, length);
  }

  #data(flags: number, id: number, payload: Uint8Array): void {
    const stream = this.#streamOf(id, 'DATA');
    this.#receiveWindow -= payload.length;
    if (this.#receiveWindow < 0) throw new ConnectionError(ErrorCode.flowControl, 'more was sent than the window allows');
    const data = unpadded(flags, 0, payload);
    if (payload.length === 0 && (flags & Flag.endStream) === 0 && ++this.#emptyFrames > EMPTY_FRAMES) throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too many frames without content');
    if (!stream || stream.isRemoteEnded) {
      this.#letIn(payload.length);
      if (stream) this.reset(stream, ErrorCode.streamClosed);
      else this.#sender.reset(id, ErrorCode.streamClosed);
      return this.#sender.checkFlood();
    }
    stream.receiveWindow -= payload.length;
    if (stream.receiveWindow < 0) return this.reset(stream, ErrorCode.flowControl);
    this.#letInStream(stream, payload.length - data.length);
    this.#bodyOf(stream, data, (flags & Flag.endStream) !== 0);
  }

  #bodyOf(stream: ServerStream, data: Uint8Array, isEnd: boolean): void {
    const { body } = stream;
    if (isEnd) stream.isRemoteEnded = true;
    if (data.length > 0) body?.take(new Uint8Array(data));
    if (body?.isWrong(isEnd)) return this.reset(stream, ErrorCode.protocol);
    if (isEnd) body?.end();
  }

  /** Undefined when it is closed. */
  #streamOf(id: number, what: string): ServerStream | undefined {
    if (id === 0) throw new ConnectionError(ErrorCode.protocol, `${what} belongs to a stream`);
    const stream = this.#streams.get(id);
    if (!stream && (id > this.#lastId || id % 2 === 0)) throw new ConnectionError(ErrorCode.protocol, `${what} came for a stream that has not begun`);
    return stream;
  }

  #requestHead(flags: number, id: number, payload: Uint8Array): void {
    if (id % 2 === 0) throw new ConnectionError(ErrorCode.protocol, 'streams of clients have odd numbers');
    const hasPriority = (flags & Flag.priority) !== 0;
    const block = unpadded(flags, hasPriority ? 5 : 0, payload);
    const dependsOnItself = hasPriority && dependency(payload, (flags & Flag.padded) === 0 ? 0 : 1) === id;
    if ((flags & Flag.endHeaders) === 0) this.#block = { id, flags, bytes: new Uint8Array(block), parts: 0 };
    else this.#headersOf(flags, id, block);
    if (dependsOnItself) this.#refuse(id, ErrorCode.protocol);
  }

  #continuation(flags: number, payload: Uint8Array): void {
    const block = this.#block;
    if (!block) throw new ConnectionError(ErrorCode.protocol, 'headers go on that have not begun');
    if (block.bytes.length + payload.length > MOST_HEADER_BYTES || ++block.parts > MOST_CONTINUATIONS) throw new ConnectionError(ErrorCode.enhanceYourCalm, 'headers are too long');
    const bytes = new Uint8Array(block.bytes.length + payload.length);
    bytes.set(block.bytes);
    bytes.set(payload, block.bytes.length);
    block.bytes = bytes;
    if ((flags & Flag.endHeaders) === 0) return;
    this.#block = undefined;
    this.#headersOf(block.flags, block.id, bytes);
  }

  /** The block is read in any case: later ones count on what it leaves in the table. */
  #headersOf(flags: number, id: number, block: Uint8Array): void {
    const fields = this.#headers.read(block);
    const isEnd = (flags & Flag.endStream) !== 0;
    const stream = this.#streams.get(id);
    if (stream) return this.#trailers(stream, fields, isEnd);
    if (id <= this.#lastId) throw new ConnectionError(ErrorCode.streamClosed, 'headers came for a stream that is closed');
    if (this.#isLeaving) return undefined;
    this.#lastId = id;
    if (this.#streams.size >= this.#options.maxStreams) return this.#refuse(id, ErrorCode.refusedStream);
    const headers = requestHeaders(fields);
    const length = headers && lengthOf(headers);
    if (!headers || Number.isNaN(length) || (isEnd && (length ?? 0) > 0)) return this.#refuse(id, ErrorCode.protocol);
    return this.#begin(id, headers, fields, isEnd, length ?? Number.NaN);
  }

  #begin(id: number, headers: Record<string, string>, fields: readonly string[], isEnd: boolean, length: number): void {
    const stream = new ServerStream(id, this, this.#sender, this.#initialSendWindow, STREAM_WINDOW);
    stream.isRemoteEnded = isEnd;
    if (!isEnd) stream.body = new StreamBody(length, (taken) => this.#letInStream(stream, taken));
    this.#streams.set(id, stream);
    this.#options.onRequest(stream, headers, fields);
  }

  #trailers(stream: ServerStream, fields: readonly string[], isEnd: boolean): void {
    if (stream.isRemoteEnded) return this.reset(stream, ErrorCode.streamClosed);
    if (!isEnd || !areTrailers(fields)) return this.reset(stream, ErrorCode.protocol);
    this.#bodyOf(stream, EMPTY, true);
  }

  #refuse(id: number, code: number): void {
    const stream = this.#streams.get(id);
    if (stream) this.reset(stream, code);
    else this.#sender.reset(id, code);
    this.#sender.checkFlood();
  }

  /** What streams depend on is not heeded: RFC 9113 has given it up. */
  #priority(id: number, payload: Uint8Array): void {
    if (id === 0) throw new ConnectionError(ErrorCode.protocol, 'a priority belongs to a stream');
    if (payload.length !== 5) this.#refuse(id, ErrorCode.frameSize);
    else if (dependency(payload, 0) === id) this.#refuse(id, ErrorCode.protocol);
  }

  #wasReset(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw new ConnectionError(ErrorCode.frameSize, 'a reset has four bytes');
    const stream = this.#streamOf(id, 'RST_STREAM');
    if (!stream) return;
    if (!this.#resets.take()) throw new ConnectionError(ErrorCode.enhanceYourCalm, 'too many requests were begun and reset');
    this.#remove(stream, false, new Error(`the client reset the stream (${uint32(payload, 0)})`));
  }

  #settings(flags: number, id: number, payload: Uint8Array): void {
    const isAck = (flags & Flag.ack) !== 0;
    checkFrame(id === 0, isAck ? payload.length === 0 : payload.length % SETTING === 0, 'SETTINGS');
    this.#hasSettings = true;
    if (isAck) return;
    for (let at = 0; at < payload.length; at += SETTING) this.#setting(payload[at + 1] as number, payload[at] === 0, uint32(payload, at + 2));
    this.#sender.reply(FrameType.settings, Flag.ack, 0, EMPTY);
    this.#sender.checkFlood();
    for (const stream of this.#streams.values()) this.#goOn(stream);
  }

  #setting(setting: number, isKnown: boolean, value: number): void {
    if (!isKnown) return;
    if (setting === Setting.enablePush && value > 1) throw new ConnectionError(ErrorCode.protocol, 'ENABLE_PUSH is 0 or 1');
    if (setting === Setting.maxFrame && (value < MAX_PAYLOAD || value > 0xffffff)) throw new ConnectionError(ErrorCode.protocol, 'MAX_FRAME_SIZE is out of range');
    if (setting === Setting.initialWindow) this.#resizeWindows(value);
  }

  #resizeWindows(value: number): void {
    if (value > LARGEST_WINDOW) throw new ConnectionError(ErrorCode.flowControl, 'INITIAL_WINDOW_SIZE is out of range');
    const more = value - this.#initialSendWindow;
    this.#initialSendWindow = value;
    for (const stream of this.#streams.values()) {
      stream.sendWindow += more;
      if (stream.sendWindow > LARGEST_WINDOW) throw new ConnectionError(ErrorCode.flowControl, 'a window is too large');
    }
  }

  #ping(flags: number, id: number, payload: Uint8Array): void {
    checkFrame(id === 0, payload.length === 8, 'PING');
    if ((flags & Flag.ack) !== 0) return;
    this.#sender.reply(FrameType.ping, Flag.ack, 0, payload);
    this.#sender.checkFlood();
  }

  #windowUpdate(id: number, payload: Uint8Array): void {
    if (payload.length !== 4) throw new ConnectionError(ErrorCode.frameSize, 'a window update has four bytes');
    const more = uint32(payload, 0) & LARGEST_WINDOW;
    if (id === 0) return this.#widen(more);
    const stream = this.#streamOf(id, 'WINDOW_UPDATE');
    if (more === 0) return this.#refuse(id, ErrorCode.protocol);
    if (!stream) return;
    stream.sendWindow += more;
    if (stream.sendWindow > LARGEST_WINDOW) return this.reset(stream, ErrorCode.flowControl);
    this.#goOn(stream);
  }

  #widen(more: number): void {
    if (more === 0) throw new ConnectionError(ErrorCode.protocol, 'a window update is empty');
    this.#sender.widen(more);
  }

  /** Of a stream that may have waited for its own window. */
  #goOn(stream: ServerStream): void {
    if (stream.rest.length > 0) this.#sender.send(stream);
  }
}

function checkFrame(isOfConnection: boolean, isOfLength: boolean, what: string): void {
  if (!isOfConnection) throw new ConnectionError(ErrorCode.protocol, `${what} belongs to the connection`);
  if (!isOfLength) throw new ConnectionError(ErrorCode.frameSize, `${what} has a length that it may not have`);
}

const dependency = (payload: Uint8Array, at: number): number => uint32(payload, at) & 0x7fffffff;

/** Without what the frame's flags put around its content. */
function unpadded(flags: number, before: number, payload: Uint8Array): Uint8Array {
  const isPadded = (flags & Flag.padded) !== 0;
  const padding = isPadded ? (payload[0] ?? payload.length) : 0;
  const start = before + (isPadded ? 1 : 0);
  if (start > payload.length) throw new ConnectionError(ErrorCode.frameSize, 'a frame is too short');
  if (start + padding > payload.length) throw new ConnectionError(ErrorCode.protocol, 'a frame has more padding than it holds');
  return start === 0 && padding === 0 ? payload : payload.subarray(start, payload.length - padding);
}
