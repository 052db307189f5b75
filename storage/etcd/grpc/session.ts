/**
 * One connection to a server, as a gRPC client uses HTTP/2 (RFC 9113): streams, windows, pings. Neighbours: frames.ts and hpack.ts below, channel.ts above.
 * node:http2 takes three times as much CPU of a call: its streams are made for requests of any kind.
 * Behaves like upstream google.golang.org/grpc/internal/transport/http2_client.go.
 */
import { DEFAULT_WINDOW, Flag, FrameReader, type FrameSink, FrameType, FrameWriter, MAX_PAYLOAD, PREFACE, putUint32, Setting, SETTING, uint32 } from '../../../component-base/http2/frames.ts';
import { decodeHeaders } from '../../../component-base/http2/hpack.ts';
import { errorOfReset, errorOfTrailers, GrpcError, Status } from './status.ts';
import { type Carrier, framed, PREFIX, type Stream, writeFramed } from './stream.ts';

/** What a session needs of a socket. */
export interface Pipe {
  /** Calls `written` when it needs the bytes no longer. */
  write(bytes: Uint8Array, written: () => void): void;
  /** Sends what waits, and closes. */
  end(): void;
  destroy(): void;
}

export interface SessionOptions {
  readonly pipe: Pipe;
  /** The server has sent its settings, which come first. */
  onReady(): void;
  /** The server will take no more streams; those that it has not begun with, to be opened elsewhere. */
  onLeave(unsent: readonly Stream[]): void;
}

const EMPTY = new Uint8Array(0);
/** How much the server may send ahead: of one stream, and of all. */
const STREAM_WINDOW = 8 << 20;
const CONNECTION_WINDOW = 64 << 20;
const CANCEL = 8;

export class Session implements Carrier, FrameSink {
  readonly #pipe: Pipe;
  readonly #options: SessionOptions;
  readonly #reader = new FrameReader(this);
  readonly #writer: FrameWriter;
  readonly #streams = new Map<number, Stream>();
  /** Streams with something to send that the windows did not take; and those for which the server has no place. */
  #blocked: Stream[] = [];
  readonly #queued: Stream[] = [];
  #nextId = 1;
  #window = DEFAULT_WINDOW;
  #streamWindow = DEFAULT_WINDOW;
  #maxStreams = Number.POSITIVE_INFINITY;
  #taken = 0;
  #isReady = false;
  #isLeaving = false;
  #error: GrpcError | undefined;
  /** A block of headers that has come in part. */
  #block: { readonly stream: number; readonly flags: number; bytes: Uint8Array } | undefined;
  /** Blocks that are known to say 200, and 0: they are the same each time. */
  #goodHeaders: Uint8Array = EMPTY;
  #goodTrailers: Uint8Array = EMPTY;
  #hasRead = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#pipe = options.pipe;
    this.#writer = new FrameWriter((bytes, written) => this.#pipe.write(bytes, written));
    this.#greet();
  }

  /** Whether streams may be opened on it. */
  get isOpen(): boolean {
    return !this.#isLeaving && !this.#error;
  }

  get size(): number {
    return this.#streams.size + this.#queued.length;
  }

  open(stream: Stream): void {
    if (stream.isOver) return;
    if (this.#streams.size >= this.#maxStreams) {
      this.#queued.push(stream);
      return;
    }
    stream.id = this.#nextId;
    this.#nextId += 2;
    stream.carrier = this;
    stream.window = this.#streamWindow;
    this.#streams.set(stream.id, stream);
    this.#writer.frame(FrameType.headers, Flag.endHeaders, stream.id, stream.head);
    this.send(stream);
  }

  send(stream: Stream): void {
    if (this.#blocked.length > 0) {
      if (!this.#blocked.includes(stream)) this.#blocked.push(stream);
    } else if (!this.#sendAll(stream)) this.#blocked.push(stream);
  }

  granted(stream: Stream, length: number): void {
    stream.taken += length;
    if (stream.isPaused || stream.taken < STREAM_WINDOW / 2) return;
    this.#grant(stream.id, stream.taken);
    stream.taken = 0;
  }

  reset(stream: Stream): void {
    const queued = this.#queued.indexOf(stream);
    if (queued >= 0) this.#queued.splice(queued, 1);
    if (!this.#streams.has(stream.id)) return;
    const at = this.#writer.begin(4, FrameType.reset, 0, stream.id);
    putUint32(this.#writer.bytes, at, CANCEL);
    this.#remove(stream);
  }

  /** What the socket read; the bytes may be overwritten afterwards. */
  read(bytes: Uint8Array): void {
    this.#hasRead = true;
    try {
      this.#reader.read(bytes);
    } catch (error) {
      this.fail(error instanceof GrpcError ? error : new GrpcError(Status.internal, (error as Error).message, { cause: error }));
      this.#pipe.destroy();
    }
  }

  /** Whether anything was read since the last question. */
  wasRead(): boolean {
    const was = this.#hasRead;
    this.#hasRead = false;
    return was;
  }

  ping(): void {
    this.#writer.frame(FrameType.ping, 0, 0, new Uint8Array(8));
  }

  /** The connection is gone: all that is under way ends. */
  fail(error: GrpcError): void {
    if (this.#error) return;
    this.#error = error;
    const streams = [...this.#streams.values(), ...this.#queued.splice(0)];
    this.#streams.clear();
    this.#blocked = [];
    for (const stream of streams) stream.end(stream.isUnary && !stream.isSent ? new GrpcError(error.code, error.message, { isUnsent: true, cause: error.cause }) : error);
  }

  frame(type: number, flags: number, id: number, payload: Uint8Array): void {
    if (this.#block && type !== FrameType.continuation) throw new Error('the server sent a frame amid headers');
    switch (type) {
      case FrameType.data:
        return this.#data(flags, id, payload);
      case FrameType.headers:
        return this.#headers(flags, id, unpadded(flags, (flags & Flag.priority) === 0 ? 0 : 5, payload));
      case FrameType.continuation:
        return this.#continuation(flags, id, payload);
      case FrameType.windowUpdate:
        return this.#windowUpdate(id, uint32(payload, 0) & 0x7fffffff);
      case FrameType.reset:
        return this.#ended(id, errorOfReset(uint32(payload, 0)));
      case FrameType.settings:
        return this.#settings(flags, payload);
      case FrameType.ping:
        if ((flags & Flag.ack) === 0) this.#writer.frame(FrameType.ping, Flag.ack, 0, payload);
        return undefined;
      case FrameType.goAway:
        return this.#goAway(payload);
      case FrameType.pushPromise:
        throw new Error('the server sent a promise, which this client does not take');
      default:
        return undefined;
    }
  }

  #greet(): void {
    this.#writer.raw(PREFACE);
    const settings = new Uint8Array(3 * SETTING);
    for (const [i, [setting, value]] of [[Setting.tableSize, 0], [Setting.enablePush, 0], [Setting.initialWindow, STREAM_WINDOW]].entries() as Iterable<[number, [number, number]]>) {
      settings[i * SETTING + 1] = setting;
      putUint32(settings, i * SETTING + 2, value);
    }
    this.#writer.frame(FrameType.settings, 0, 0, settings);
    this.#grant(0, CONNECTION_WINDOW - DEFAULT_WINDOW);
  }

  #grant(id: number, length: number): void {
    const at = this.#writer.begin(4, FrameType.windowUpdate, 0, id);
    putUint32(this.#writer.bytes, at, length);
  }

  /** Whether everything of the stream has been sent. */
  #sendAll(stream: Stream): boolean {
    for (;;) {
      if (stream.rest && !this.#sendRest(stream)) return false;
      const message = stream.outgoing.shift();
      if (!message) return true;
      const length = PREFIX + message.size;
      if (length > MAX_PAYLOAD || length > this.#window || length > stream.window) {
        stream.rest = framed(message);
        continue;
      }
      const at = this.#beginData(stream, length, stream.isUnary);
      writeFramed(message, this.#writer.bytes, at);
    }
  }

  /** Of a message that takes more than one frame. */
  #sendRest(stream: Stream): boolean {
    for (let rest = stream.rest ?? EMPTY; rest.length > 0; rest = stream.rest) {
      const length = Math.min(rest.length, MAX_PAYLOAD, this.#window, stream.window);
      if (length <= 0) return false;
      const at = this.#beginData(stream, length, stream.isUnary && length === rest.length);
      this.#writer.bytes.set(rest.subarray(0, length), at);
      stream.rest = rest.subarray(length);
    }
    stream.rest = undefined;
    return true;
  }

  #beginData(stream: Stream, length: number, isLast: boolean): number {
    this.#window -= length;
    stream.window -= length;
    stream.isSent ||= isLast;
    return this.#writer.begin(length, FrameType.data, isLast ? Flag.endStream : 0, stream.id);
  }

  #sendBlocked(): void {
    if (this.#blocked.length === 0) return;
    this.#blocked = this.#blocked.filter((stream) => this.#streams.has(stream.id) && !this.#sendAll(stream));
  }

  #windowUpdate(id: number, length: number): void {
    if (id === 0) this.#window += length;
    else {
      const stream = this.#streams.get(id);
      if (stream) stream.window += length;
    }
    this.#sendBlocked();
  }

  #data(flags: number, id: number, payload: Uint8Array): void {
    this.#taken += payload.length;
    if (this.#taken >= CONNECTION_WINDOW / 2) {
      this.#grant(0, this.#taken);
      this.#taken = 0;
    }
    const stream = this.#streams.get(id);
    if (!stream) return;
    try {
      stream.take(unpadded(flags, 0, payload));
    } catch (error) {
      this.reset(stream);
      stream.end(error instanceof GrpcError ? error : new GrpcError(Status.internal, (error as Error).message, { cause: error }));
      return;
    }
    if ((flags & Flag.endStream) !== 0) this.#ended(id, new GrpcError(Status.internal, 'the server ended the call without a status'));
    else this.granted(stream, payload.length);
  }

  #headers(flags: number, id: number, block: Uint8Array): void {
    if ((flags & Flag.endHeaders) === 0) this.#block = { stream: id, flags, bytes: block.slice() };
    else this.#headersOf(id, (flags & Flag.endStream) !== 0, block);
  }

  #continuation(flags: number, id: number, payload: Uint8Array): void {
    const block = this.#block;
    if (block?.stream !== id) throw new Error('the server goes on with headers that it did not begin');
    const bytes = new Uint8Array(block.bytes.length + payload.length);
    bytes.set(block.bytes);
    bytes.set(payload, block.bytes.length);
    block.bytes = bytes;
    if ((flags & Flag.endHeaders) === 0) return;
    this.#block = undefined;
    this.#headersOf(id, (block.flags & Flag.endStream) !== 0, bytes);
  }

  #headersOf(id: number, isEnd: boolean, block: Uint8Array): void {
    if (isEnd) {
      if (isSame(block, this.#goodTrailers)) return this.#ended(id, undefined);
      const error = errorOfTrailers(decodeHeaders(block));
      if (!error) this.#goodTrailers = block.slice();
      return this.#ended(id, error);
    }
    if (isSame(block, this.#goodHeaders)) return undefined;
    const headers = decodeHeaders(block);
    if (headers.get(':status') === '200') this.#goodHeaders = block.slice();
    else if (!headers.get(':status')?.startsWith('1')) this.#refused(id, headers);
    return undefined;
  }

  /** What follows is not gRPC's. */
  #refused(id: number, headers: ReadonlyMap<string, string>): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.reset(stream);
    stream.end(errorOfTrailers(headers));
  }

  #ended(id: number, error: GrpcError | undefined): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#remove(stream);
    stream.end(error);
  }

  #remove(stream: Stream): void {
    this.#streams.delete(stream.id);
    while (this.#queued.length > 0 && this.#streams.size < this.#maxStreams && this.isOpen) this.open(this.#queued.shift() as Stream);
    if (this.#isLeaving && this.#streams.size === 0) this.#pipe.end();
  }

  #settings(flags: number, payload: Uint8Array): void {
    if ((flags & Flag.ack) !== 0) return;
    for (let at = 0; at + SETTING <= payload.length; at += SETTING) {
      const value = uint32(payload, at + 2);
      if (payload[at] !== 0) continue;
      if (payload[at + 1] === Setting.maxStreams) this.#maxStreams = value;
      if (payload[at + 1] !== Setting.initialWindow) continue;
      for (const stream of this.#streams.values()) stream.window += value - this.#streamWindow;
      this.#streamWindow = value;
    }
    this.#writer.frame(FrameType.settings, Flag.ack, 0, EMPTY);
    this.#sendBlocked();
    if (this.#isReady) return;
    this.#isReady = true;
    this.#options.onReady();
  }

  #goAway(payload: Uint8Array): void {
    const last = uint32(payload, 0) & 0x7fffffff;
    const unsent = [...this.#streams.values()].filter((stream) => stream.id > last);
    for (const stream of unsent) this.#streams.delete(stream.id);
    this.#isLeaving = true;
    this.#options.onLeave([...unsent, ...this.#queued.splice(0)]);
    if (this.#streams.size === 0) this.#pipe.end();
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Without what the frame's flags put around its content. */
function unpadded(flags: number, before: number, payload: Uint8Array): Uint8Array {
  if ((flags & Flag.padded) === 0) return before === 0 ? payload : payload.subarray(before);
  const padding = payload[0] ?? 0;
  if (1 + before + padding > payload.length) throw new Error('the server sent a frame with more padding than it holds');
  return payload.subarray(1 + before, payload.length - padding);
}
