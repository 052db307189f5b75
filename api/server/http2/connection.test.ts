import { Duplex } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../component-base/clock.ts';
import { ErrorCode } from '../../../component-base/http2/error.ts';
import { Flag, FrameReader, FrameType, MAX_PAYLOAD, putUint32, uint32 } from '../../../component-base/http2/frames.ts';
import { encodeHeaders, HeaderReader } from '../../../component-base/http2/hpack.ts';
import { Http2Connection } from './connection.ts';
import type { ServerStream } from './stream.ts';

const { headers: HEADERS, data: DATA, settings: SETTINGS, reset: RESET, goAway: GOAWAY, ping: PING, windowUpdate: WINDOW, priority: PRIORITY, continuation: CONTINUATION, pushPromise: PROMISE } = FrameType;
const ALL = Flag.endHeaders | Flag.endStream;
const GET = [[':method', 'GET'], [':scheme', 'https'], [':path', '/']] as const;
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly id: number;
  readonly payload: Uint8Array;
}

/** The server's end of a wire whose other end is the test. */
class Wire extends Duplex {
  readonly frames: Frame[] = [];
  readonly #reader = new FrameReader({ frame: (type, flags, id, payload) => void this.frames.push({ type, flags, id, payload: new Uint8Array(payload) }) });
  /** A peer that reads nothing. */
  isStuck = false;

  override _read(): void {}

  override _write(chunk: Uint8Array, _: string, done: () => void): void {
    if (this.isStuck) return;
    this.#reader.read(chunk);
    done();
  }

  override _final(done: () => void): void {
    done();
  }
}

function frame(type: number, flags: number, id: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, payload]);
}

function number(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  putUint32(bytes, 0, value);
  return bytes;
}

function setting(id: number, value: number): Buffer {
  return frame(SETTINGS, 0, 0, Buffer.concat([Buffer.from([0, id]), number(value)]));
}

const turn = (): Promise<void> => new Promise((over) => setImmediate(over));

class Client {
  readonly wire = new Wire();
  readonly clock = new FakeClock();
  readonly requests: { readonly stream: ServerStream; readonly headers: Record<string, string> }[] = [];
  readonly errors: Error[] = [];
  readonly connection: Http2Connection;

  constructor(maxStreams = 100) {
    this.connection = new Http2Connection({
      socket: this.wire,
      clock: this.clock,
      maxStreams,
      onRequest: (stream, headers) => void this.requests.push({ stream, headers }),
      onError: (error) => void this.errors.push(error),
    });
  }

  static async open(maxStreams?: number): Promise<Client> {
    const client = new Client(maxStreams);
    await client.send(PREFACE, frame(SETTINGS, 0, 0));
    client.wire.frames.length = 0;
    return client;
  }

  async send(...frames: readonly Uint8Array[]): Promise<void> {
    this.wire.push(Buffer.concat(frames));
    for (let i = 0; i < 4; i++) await turn();
  }

  async request(id: number, flags: number = ALL, fields: readonly (readonly [string, string])[] = GET): Promise<ServerStream> {
    await this.send(frame(HEADERS, flags, id, encodeHeaders(fields)));
    return this.requests.at(-1)?.stream as ServerStream;
  }

  /** What came of one type. */
  of(type: number): Frame[] {
    return this.wire.frames.filter((one) => one.type === type);
  }

  body(id: number): string {
    return Buffer.concat(this.of(DATA).filter((one) => one.id === id).map((one) => one.payload)).toString();
  }

  get goAway(): number | undefined {
    const [last] = this.of(GOAWAY);
    return last && uint32(last.payload, 4);
  }

  resets(): (readonly [id: number, code: number])[] {
    return this.of(RESET).map(({ id, payload }) => [id, uint32(payload, 0)]);
  }
}

describe('a connection of HTTP/2', () => {
  it('hands over a request, and sends its answer', async () => {
    const client = await Client.open();
    const stream = await client.request(1, ALL, [...GET, ['accept', 'a'], ['accept', 'b']]);
    expect({ ...client.requests[0]?.headers }).toEqual({ ':method': 'GET', ':scheme': 'https', ':path': '/', accept: 'a, b' });
    stream.head(201, { 'Content-Type': 'text/plain', Warning: ['one', 'two'] }, false);
    stream.end(Buffer.from('hello'));
    await turn();
    const [head] = client.of(HEADERS) as [Frame];
    const fields = new HeaderReader({ tableBytes: 0, mostBytes: 10_000 }).read(head.payload);
    expect(fields).toEqual([':status', '201', 'content-type', 'text/plain', 'warning', 'one', 'warning', 'two', 'date', 'Thu, 01 Jan 2026 00:00:00 GMT']);
    expect([head.flags, client.body(1), client.of(DATA).at(-1)?.flags]).toEqual([Flag.endHeaders, 'hello', Flag.endStream]);
    expect([stream.isClosed, stream.isFinished]).toEqual([true, true]);
  });

  it('sends a head that is the whole answer', async () => {
    const client = await Client.open();
    (await client.request(1)).head(404, {}, true);
    await turn();
    expect(client.wire.frames.map(({ type, flags }) => [type, flags])).toEqual([[HEADERS, ALL]]);
  });

  it('cuts a long head into frames, and puts a long one of the client together', async () => {
    const client = await Client.open();
    const block = encodeHeaders([...GET, ['x', 'y'.repeat(30_000)]]);
    await client.send(frame(HEADERS, Flag.endStream, 1, block.subarray(0, 10)), frame(CONTINUATION, 0, 1, block.subarray(10, 16_000)), frame(CONTINUATION, Flag.endHeaders, 1, block.subarray(16_000)));
    expect(client.requests[0]?.headers['x']).toHaveLength(30_000);
    client.requests[0]?.stream.head(200, { long: 'z'.repeat(40_000) }, true);
    await turn();
    expect(client.wire.frames.map(({ type, flags }) => [type, flags])).toEqual([[HEADERS, Flag.endStream], [CONTINUATION, 0], [CONTINUATION, Flag.endHeaders]]);
  });

  it('sends no more of a body than the client takes, whichever window is the smaller', async () => {
    const client = await Client.open();
    await client.send(setting(4, 10));
    const stream = await client.request(1);
    const taken: string[] = [];
    stream.head(200, {}, false);
    stream.write(Buffer.from('0123456789abcdef'), () => taken.push('all'));
    await turn();
    expect([client.body(1), taken]).toEqual(['0123456789', []]);
    await client.send(frame(WINDOW, 0, 1, number(3)));
    expect([client.body(1), taken]).toEqual(['0123456789abc', []]);
    await client.send(setting(4, 13));
    expect([client.body(1), taken]).toEqual(['0123456789abcdef', ['all']]);
    await client.send(frame(WINDOW, 0, 1, number(200_000)));
    stream.end(Buffer.alloc(100_000));
    await turn();
    expect(client.body(1)).toHaveLength(65_535);
    await client.send(frame(WINDOW, 0, 0, number(100_000)));
    expect([client.body(1).length, stream.isFinished]).toEqual([100_016, true]);
  });

  it('lets bodies that wait for the same window go on in turn', async () => {
    const client = await Client.open();
    await client.send(setting(4, 1 << 20));
    const streams = [await client.request(1), await client.request(3)];
    for (const stream of streams) stream.end(Buffer.alloc(200_000));
    await client.send(frame(WINDOW, 0, 0, number(4 * MAX_PAYLOAD)));
    const order = client.of(DATA).slice(-5).map(({ id }) => id);
    expect(new Set(order).size).toBe(2);
    await client.send(frame(WINDOW, 0, 0, number(400_000)));
    expect([client.body(1).length, client.body(3).length]).toEqual([200_000, 200_000]);
  });

  it('takes what a writable is given, and tells it of a client that has gone', async () => {
    const client = await Client.open();
    const { writable, ...stream } = { writable: (await client.request(1)).writable, ...client.requests[0] };
    stream.stream?.head(200, {}, false);
    await new Promise((written) => writable.write('one', written));
    await turn();
    expect(client.body(1)).toBe('one');
    const closed = new Promise((resolve) => writable.once('close', resolve));
    await client.send(frame(RESET, 0, 1, number(ErrorCode.cancel)));
    await closed;
    expect([stream.stream?.isClosed, stream.stream?.isFinished, client.resets()]).toEqual([true, false, []]);
  });

  it('reads a body, and lets in as much as was read', async () => {
    const client = await Client.open();
    const stream = await client.request(1, Flag.endHeaders, [...GET, ['content-length', '6']]);
    await client.send(frame(DATA, 0, 1, Buffer.from('abc')));
    expect(client.of(WINDOW)).toEqual([]);
    const body = stream.body?.bytes(10);
    await client.send(frame(DATA, Flag.padded | Flag.endStream, 1, Buffer.from([2, ...Buffer.from('def'), 0, 0])));
    expect(Buffer.from((await body) as Uint8Array).toString()).toBe('abcdef');
    expect(client.of(WINDOW).map(({ id, payload }) => [id, uint32(payload, 0)])).toEqual([[1, 3], [1, 3]]);
  });

  it('tells who reads a body that the client broke it off', async () => {
    const client = await Client.open();
    const stream = await client.request(1, Flag.endHeaders);
    const body = stream.body?.bytes(10).catch((error: unknown) => error);
    await client.send(frame(RESET, 0, 1, number(ErrorCode.cancel)));
    expect(await body).toMatchObject({ message: 'the request ended before its body was complete' });
  });

  it('tells a client that is still sending when its answer is complete', async () => {
    const client = await Client.open();
    const stream = await client.request(1, Flag.endHeaders);
    stream.head(413, {}, true);
    await turn();
    expect(client.resets()).toEqual([[1, ErrorCode.none]]);
  });

  it.each([
    ['begins with no settings', frame(PING, 0, 0, new Uint8Array(8)), ErrorCode.protocol],
    ['sends content before a request', frame(DATA, 0, 1, new Uint8Array(1)), ErrorCode.protocol],
    ['begins a stream with an even number', frame(HEADERS, ALL, 2, encodeHeaders(GET)), ErrorCode.protocol],
    ['goes on with headers that have not begun', frame(CONTINUATION, Flag.endHeaders, 1), ErrorCode.protocol],
    ['sends another frame amid headers', Buffer.concat([frame(HEADERS, Flag.endStream, 1), frame(PING, 0, 0, new Uint8Array(8))]), ErrorCode.protocol],
    ['pads more than the frame holds', frame(HEADERS, ALL | Flag.padded, 1, Buffer.from([9, 0])), ErrorCode.protocol],
    ['names a header of no table', frame(HEADERS, ALL, 1, Buffer.from([0xff, 0x10])), ErrorCode.compression],
    ['sends a ping of another length', frame(PING, 0, 0, new Uint8Array(7)), ErrorCode.frameSize],
    ['widens a window by nothing', frame(WINDOW, 0, 0, number(0)), ErrorCode.protocol],
    ['widens a window too far', frame(WINDOW, 0, 0, number(0x7fffffff)), ErrorCode.flowControl],
    ['sets a window that is too large', setting(4, 0x80000000), ErrorCode.flowControl],
    ['promises something', frame(PROMISE, Flag.endHeaders, 1, number(2)), ErrorCode.protocol],
    ['sends a frame that is too long', frame(DATA, 0, 1, new Uint8Array(MAX_PAYLOAD + 1)), ErrorCode.frameSize],
    ['resets a stream that has not begun', frame(RESET, 0, 7, number(0)), ErrorCode.protocol],
  ])('ends when the client %s', async (what, bytes, code) => {
    const client = what.startsWith('begins with no') ? new Client() : await Client.open();
    if (client.requests.length === 0 && what.startsWith('begins with no')) await client.send(PREFACE, bytes);
    else await client.send(bytes);
    expect(client.goAway).toBe(code);
    expect(client.errors).toHaveLength(1);
    expect(client.wire.writableEnded).toBe(true);
  });

  it('ends when it does not begin as HTTP/2 does', async () => {
    const client = new Client();
    await client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(client.goAway).toBe(ErrorCode.protocol);
  });

  it.each([
    ['without a path', [[':method', 'GET'], [':scheme', 'https']]],
    ['with a pseudo field behind others', [...GET.slice(0, 2), ['a', 'b'], GET[2]]],
    ['with two methods', [...GET, [':method', 'PUT']]],
    ['with capitals in a name', [...GET, ['Accept', 'a']]],
    ['with a line break in a value', [...GET, ['accept', 'a\r\nb: c']]],
    ['that speaks of its connection', [...GET, ['connection', 'close']]],
    ['of which a length is announced that it does not have', [...GET, ['content-length', '4']]],
  ] as const)('resets a request %s', async (_, fields) => {
    const client = await Client.open();
    await client.request(1, ALL, fields as readonly (readonly [string, string])[]);
    expect([client.resets(), client.requests, client.goAway]).toEqual([[[1, ErrorCode.protocol]], [], undefined]);
  });

  it('resets a request whose body is longer than announced', async () => {
    const client = await Client.open();
    await client.request(1, Flag.endHeaders, [...GET, ['content-length', '2']]);
    await client.send(frame(DATA, 0, 1, Buffer.from('abc')));
    expect(client.resets()).toEqual([[1, ErrorCode.protocol]]);
  });

  it('resets a stream that depends on itself', async () => {
    const client = await Client.open();
    await client.request(1);
    await client.send(frame(PRIORITY, 0, 1, Buffer.from([0, 0, 0, 1, 0])));
    expect(client.resets()).toEqual([[1, ErrorCode.protocol]]);
  });

  it('refuses more requests at once than there may be', async () => {
    const client = await Client.open(2);
    const first = await client.request(1);
    await client.request(3);
    await client.request(5);
    expect([client.resets(), client.requests.length]).toEqual([[[5, ErrorCode.refusedStream]], 2]);
    first.head(200, {}, true);
    await client.request(7);
    expect(client.requests).toHaveLength(3);
  });

  it('ends when a client begins requests to reset them, faster than anyone who means it', async () => {
    const client = await Client.open();
    const attack = (from: number, count: number): Buffer => Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.concat([frame(HEADERS, ALL, from + 2 * i, encodeHeaders(GET)), frame(RESET, 0, from + 2 * i, number(ErrorCode.cancel))])));
    await client.send(attack(1, 1000));
    client.clock.step(1000);
    await client.send(attack(2001, 33));
    expect(client.goAway).toBeUndefined();
    await client.send(attack(2067, 1));
    expect(client.goAway).toBe(ErrorCode.enhanceYourCalm);
  });

  it('ends when a client asks for signs of life and reads none', async () => {
    const client = await Client.open();
    client.wire.isStuck = true;
    const pings = Buffer.concat(Array.from({ length: 20_000 }, () => frame(PING, 0, 0, new Uint8Array(8))));
    for (let i = 0; i < 13; i++) await client.send(pings);
    expect(client.errors).toEqual([expect.objectContaining({ code: ErrorCode.enhanceYourCalm })]);
  });

  it('does not take endless headers', async () => {
    const client = await Client.open();
    await client.send(frame(HEADERS, 0, 1), ...Array.from({ length: 129 }, () => frame(CONTINUATION, 0, 1)));
    expect(client.goAway).toBe(ErrorCode.enhanceYourCalm);
  });

  it('answers pings and takes settings', async () => {
    const client = await Client.open();
    await client.send(frame(PING, 0, 0, Buffer.from('12345678')), setting(0x99, 1));
    expect(client.wire.frames.map(({ type, flags, payload }) => [type, flags, Buffer.from(payload).toString()])).toEqual([[PING, Flag.ack, '12345678'], [SETTINGS, Flag.ack, '']]);
  });

  it('answers what is under way before it closes, and begins nothing new', async () => {
    const client = await Client.open();
    const stream = await client.request(1);
    client.connection.close();
    await client.request(3);
    expect([client.goAway, client.requests.length, client.wire.writableEnded]).toEqual([ErrorCode.none, 1, false]);
    stream.head(200, {}, true);
    await turn();
    expect([client.of(HEADERS).length, client.wire.writableEnded]).toEqual([1, true]);
  });

  it('tells requests under way that the client has gone', async () => {
    const client = await Client.open();
    const stream = await client.request(1);
    const closed = new Promise<boolean>((resolve) => stream.onClosed(() => resolve(stream.isFinished)));
    client.wire.destroy();
    expect(await closed).toBe(false);
  });
});
