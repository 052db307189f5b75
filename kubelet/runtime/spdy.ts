/**
 * SPDY/3.1 as container streams use it: streams with headers, both ways, without flow control (Go's spdystream, at the other end, has none). Used by server/ (kubectl's older clients, port-forward) and containerd/ (its streaming server).
 * Behaves like upstream moby/spdystream.
 */
import type { DuplexStream } from '../../apimachinery/http.ts';
import { AsyncQueue } from './async-queue.ts';
import { HeaderCodec, type SpdyHeaders } from './spdy-headers.ts';

export type { SpdyHeaders } from './spdy-headers.ts';

const TYPE = { synStream: 1, synReply: 2, rst: 3, ping: 6, goAway: 7, headers: 8 } as const;
const FIN = 1;
const HEAD = 8;
const MAX_DATA = 32 << 10;

export class SpdyStream implements DuplexStream {
  readonly id: number;
  readonly headers: SpdyHeaders;
  /** Ends when the peer has finished, fails when it has reset. */
  readonly readable = new AsyncQueue<Uint8Array>();
  readonly #session: SpdySession;
  #finished = false;

  constructor(id: number, headers: SpdyHeaders, session: SpdySession) {
    this.id = id;
    this.headers = headers;
    this.#session = session;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length && !this.#finished; at += MAX_DATA) await this.#session.sendData(this.id, chunk.subarray(at, at + MAX_DATA), false);
  }

  end(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#session.sendLater(() => this.#session.sendData(this.id, new Uint8Array(0), true));
  }

  destroy(error?: Error): void {
    this.#finished = true;
    this.readable.end(error);
    this.#session.sendLater(() => this.#session.sendReset(this.id));
  }
}

interface Frame {
  readonly control: boolean;
  /** Of a control frame. */
  readonly type: number;
  /** Of a data frame. */
  readonly streamId: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

export class SpdySession {
  readonly #connection: DuplexStream;
  readonly #codec = new HeaderCodec();
  readonly #streams = new Map<number, SpdyStream>();
  readonly #replies = new Map<number, () => void>();
  readonly #isServer: boolean;
  readonly #onStream: ((stream: SpdyStream) => void) | undefined;
  #nextId: number;
  /** Frames leave one after another. */
  #tail: Promise<void> = Promise.resolve();
  #closed = false;

  /** `onStream`: the peer opened one; it is answered already. */
  constructor(connection: DuplexStream, role: 'server' | 'client', onStream?: (stream: SpdyStream) => void) {
    this.#connection = connection;
    this.#isServer = role === 'server';
    this.#nextId = this.#isServer ? 2 : 1;
    this.#onStream = onStream;
  }

  /** Reads until the connection ends; every stream ends with it. */
  async run(): Promise<void> {
    let failure: Error | undefined;
    try {
      for await (const frame of readFrames(this.#connection.readable)) if (await this.#handle(frame)) break;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    this.#closed = true;
    for (const stream of this.#streams.values()) stream.readable.end(failure);
    for (const reply of this.#replies.values()) reply();
    this.#codec.close();
  }

  /** Resolves when the peer has accepted it. */
  async createStream(headers: SpdyHeaders): Promise<SpdyStream> {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new SpdyStream(id, headers, this);
    this.#streams.set(id, stream);
    const accepted = new Promise<void>((resolve) => this.#replies.set(id, resolve));
    await this.#enqueue(async () => control(TYPE.synStream, 0, u32(id), u32(0), Uint8Array.of(0, 0), await this.#codec.encode(headers)));
    await accepted;
    return stream;
  }

  /** Ends the connection when what was written is out. */
  async close(): Promise<void> {
    await this.#tail;
    this.#closed = true;
    this.#connection.end();
  }

  sendData(id: number, chunk: Uint8Array, fin: boolean): Promise<void> {
    return this.#enqueue(() => data(id, fin, chunk));
  }

  sendReset(id: number): Promise<void> {
    return this.#enqueue(() => control(TYPE.rst, 0, u32(id), u32(5)));
  }

  /** For what nobody waits for: a connection that is gone needs no farewell. */
  sendLater(send: () => Promise<void>): void {
    send().catch(() => (this.#closed = true));
  }

  #enqueue(make: () => Uint8Array | Promise<Uint8Array>): Promise<void> {
    const sent = this.#tail.then(async () => {
      if (!this.#closed) await this.#connection.write(await make());
    });
    this.#tail = sent.catch(() => void (this.#closed = true));
    return sent;
  }

  /** True when the peer says goodbye. */
  async #handle({ control: isControl, type, streamId, flags, body }: Frame): Promise<boolean> {
    if (!isControl) {
      const stream = this.#streams.get(streamId);
      if (body.length > 0) stream?.readable.push(body);
      if (flags & FIN) stream?.readable.end();
      return false;
    }
    const view = new DataView(body.buffer, body.byteOffset, body.length);
    const id = (): number => view.getUint32(0) & 0x7fffffff;
    if (type === TYPE.synStream) await this.#accept(id(), flags, await this.#codec.decode(body.subarray(10)));
    else if (type === TYPE.synReply) {
      await this.#codec.decode(body.subarray(4));
      this.#replies.get(id())?.();
      this.#replies.delete(id());
      if (flags & FIN) this.#streams.get(id())?.readable.end();
    } else if (type === TYPE.headers) await this.#codec.decode(body.subarray(4));
    else if (type === TYPE.rst) this.#reset(id());
    else if (type === TYPE.ping && (id() % 2 === 1) === this.#isServer) this.sendLater(() => this.#enqueue(() => control(TYPE.ping, 0, body)));
    return type === TYPE.goAway;
  }

  async #accept(id: number, flags: number, headers: SpdyHeaders): Promise<void> {
    const stream = new SpdyStream(id, headers, this);
    this.#streams.set(id, stream);
    await this.#enqueue(async () => control(TYPE.synReply, 0, u32(id), await this.#codec.encode({})));
    if (flags & FIN) stream.readable.end();
    this.#onStream?.(stream);
  }

  #reset(id: number): void {
    this.#streams.get(id)?.readable.end();
    this.#replies.get(id)?.();
    this.#streams.delete(id);
  }
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function frameOf(head: readonly number[], flags: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((n, p) => n + p.length, 0);
  const frame = new Uint8Array(HEAD + length);
  frame.set([...head, flags, (length >>> 16) & 255, (length >>> 8) & 255, length & 255]);
  let at = HEAD;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

const control = (type: number, flags: number, ...parts: Uint8Array[]): Uint8Array => frameOf([0x80, 3, 0, type], flags, parts);
const data = (id: number, fin: boolean, chunk: Uint8Array): Uint8Array => frameOf([...u32(id)], fin ? FIN : 0, [chunk]);

async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let buffer: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    buffer = buffer.length === 0 ? chunk : Uint8Array.from(Buffer.concat([buffer, chunk]));
    while (buffer.length >= HEAD) {
      const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
      const size = HEAD + (view.getUint32(4) & 0xffffff);
      if (buffer.length < size) break;
      const word = view.getUint32(0);
      const isControl = word >>> 31 === 1;
      yield { control: isControl, type: word & 0xffff, streamId: word & 0x7fffffff, flags: view.getUint8(4), body: buffer.subarray(HEAD, size) };
      buffer = buffer.subarray(size);
    }
  }
}
