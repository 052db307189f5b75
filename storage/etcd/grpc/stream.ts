/** One call on a connection: what it still has to send, and its messages put together from frames. Neighbours: session.ts, which moves the frames, and channel.ts, which makes calls. */
import type { HeaderField } from '../../../component-base/http2/hpack.ts';
import { putUint32, uint32 } from '../../../component-base/http2/frames.ts';
import { GrpcError, Status } from './status.ts';

/** A request that knows its size and writes itself to where it is sent from. It may be written more than once. */
export interface Message {
  readonly size: number;
  /** Writes `size` bytes. */
  write(into: Uint8Array, at: number): void;
}

/** A request that is made already. */
export class Encoded implements Message {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get size(): number {
    return this.bytes.length;
  }

  write(into: Uint8Array, at: number): void {
    into.set(this.bytes, at);
  }
}

/** What a stream asks of the connection that it is on. */
export interface Carrier {
  /** Sends what the stream has to send, as far as it may. */
  send(stream: Stream): void;
  /** The stream has taken in so many bytes and wants more. */
  granted(stream: Stream, length: number): void;
  /** Nobody wants to know how it ends. */
  reset(stream: Stream): void;
}

/** Each message is preceded by whether it is compressed (never) and its length. */
export const PREFIX = 5;
/** A message longer than this fits no buffer. */
const LONGEST = 2 ** 31 - 1;

export abstract class Stream {
  readonly head: Uint8Array;
  /** Whether the first message is the last one. */
  readonly isUnary: boolean;
  /** On the clock that never goes back. */
  deadline = Number.POSITIVE_INFINITY;
  /** Set by the connection once the stream is on it. */
  id = 0;
  carrier: Carrier | undefined;
  /** How much the server takes of it yet. */
  window = 0;
  /** Messages that wait to be sent; of the first, with its prefix, what the windows did not take. */
  readonly outgoing: Message[] = [];
  rest: Uint8Array | undefined;
  /** All of its request is on the way. */
  isSent = false;
  isPaused = false;
  isOver = false;
  /** Bytes that were received and not granted again. */
  taken = 0;
  readonly #prefix = new Uint8Array(PREFIX);
  #prefixed = 0;
  #body: Uint8Array | undefined;
  #filled = 0;

  constructor(head: Uint8Array, isUnary: boolean) {
    this.head = head;
    this.isUnary = isUnary;
  }

  /** A message has come; the bytes hold during the call alone. */
  protected abstract message(bytes: Uint8Array): void;
  /** Called once; without an error: the server says that the call went well. */
  protected abstract ended(error: GrpcError | undefined): void;

  /** Makes it ready to be sent once more, over another connection; false: that cannot be. */
  repeat(): boolean {
    return false;
  }

  end(error?: GrpcError): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#body = undefined;
    this.ended(error);
  }

  /** The next bytes of the answer. Throws on what is no message. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.isOver; ) at = this.#body ? this.#continue(this.#body, bytes, at) : this.#begin(bytes, at);
  }

  /** Where the bytes go on. */
  #begin(bytes: Uint8Array, start: number): number {
    let [prefix, at] = [bytes, start];
    if (this.#prefixed > 0 || bytes.length - start < PREFIX) {
      for (prefix = this.#prefix; this.#prefixed < PREFIX && at < bytes.length; at++) prefix[this.#prefixed++] = bytes[at] as number;
      if (this.#prefixed < PREFIX) return at;
      this.#prefixed = 0;
    } else at += PREFIX;
    const prefixAt = prefix === bytes ? start : 0;
    if (prefix[prefixAt] !== 0) throw new GrpcError(Status.internal, 'the server sent a compressed message');
    const length = uint32(prefix, prefixAt + 1);
    if (length > LONGEST) throw new GrpcError(Status.resourceExhausted, `the server sent a message of ${length} bytes`);
    if (bytes.length - at >= length) {
      this.message(bytes.subarray(at, at + length));
      return at + length;
    }
    this.#body = new Uint8Array(length);
    this.#filled = 0;
    return at;
  }

  #continue(body: Uint8Array, bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + body.length - this.#filled);
    body.set(bytes.subarray(at, end), this.#filled);
    this.#filled += end - at;
    if (this.#filled === body.length) {
      this.#body = undefined;
      this.message(body);
    }
    return end;
  }
}

/** A message with its prefix. */
export function framed(message: Message): Uint8Array {
  const bytes = new Uint8Array(PREFIX + message.size);
  writeFramed(message, bytes, 0);
  return bytes;
}

export function writeFramed(message: Message, into: Uint8Array, at: number): void {
  into[at] = 0;
  putUint32(into, at + 1, message.size);
  message.write(into, at + PREFIX);
}

/** What precedes a call's own fields. */
export function requestHeaders(scheme: 'http' | 'https', authority: string, method: string): HeaderField[] {
  return [
    [':method', 'POST'],
    [':scheme', scheme],
    [':path', method],
    [':authority', authority],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ];
}
