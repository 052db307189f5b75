/** Against the HTTP/2 server of the engine, which shares no code with this client, and bare sockets. */
import { once } from 'node:events';
import { constants, createServer, type Http2Server, type OutgoingHttpHeaders, type SecureServerOptions, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Clock, FakeClock, realClock } from '../../../component-base/clock.ts';
import { Channel, type TwoWay } from './channel.ts';
import { type GrpcError, Status } from './status.ts';
import { Encoded } from './stream.ts';

type Answer = (stream: ServerHttp2Stream, request: Buffer) => void;

const servers: (Http2Server | Server)[] = [];
const sessions = new Set<{ destroy(): void }>();
const channels: Channel[] = [];

async function listen(server: Http2Server | Server, port = 0): Promise<string> {
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers each call once its request is complete. */
async function serve(answer: Answer, options: SecureServerOptions = {}, port = 0): Promise<{ server: Http2Server; endpoint: string }> {
  const server = createServer(options);
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => answer(stream, Buffer.concat(chunks)));
    stream.on('error', () => stream.destroy());
  });
  return { server, endpoint: await listen(server, port) };
}

function open(endpoint: string, clock: Clock = realClock): Channel {
  const channel = new Channel({ target: { endpoint }, clock });
  channels.push(channel);
  return channel;
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

function reply(stream: ServerHttp2Stream, messages: readonly Uint8Array[], trailers: OutgoingHttpHeaders = { 'grpc-status': '0' }): void {
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(Buffer.concat(messages.map(framed)));
}

const echo: Answer = (stream, request) => reply(stream, [request.subarray(5)]);
const copy = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
const bytesOf = (length: number): Buffer => Buffer.from(Uint8Array.from({ length }, (_, i) => (i * 31) % 251));
const call = (channel: Channel, message: Uint8Array = Buffer.from('x'), timeoutMs = 10_000): Promise<Buffer> => channel.unary('/test/Call', new Encoded(message), timeoutMs, copy);

/** Hands out what has come to a two-way call. */
class Heard {
  readonly messages: Buffer[] = [];
  error: GrpcError | undefined;
  #wake: (() => void) | undefined;

  message(bytes: Uint8Array): void {
    this.messages.push(copy(bytes));
    this.#wake?.();
  }

  ended(error: GrpcError): void {
    this.error = error;
    this.#wake?.();
  }

  async until(isThere: () => boolean): Promise<void> {
    while (!isThere()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}

afterEach(async () => {
  for (const channel of channels.splice(0)) channel.close();
  for (const session of sessions) session.destroy();
  sessions.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

describe('a channel', () => {
  it('sends and receives messages of any size, many at once, in more frames than the windows hold', async () => {
    const { endpoint } = await serve(echo);
    const channel = open(endpoint);
    const sizes = [0, 1, 5000, 16_379, 16_380, 70_000, 5_000_000];
    const sent = [...sizes, ...sizes].map(bytesOf);
    const received = await Promise.all(sent.map((message) => call(channel, message)));
    expect(received.map((message, i) => message.equals(sent[i] as Buffer))).toEqual(sent.map(() => true));
    expect(channel.isConnected).toBe(true);
  });

  it('reads padded frames, and headers that go on in further frames', async () => {
    const { endpoint } = await serve((stream, request) => {
      if (request.length === 6) echo(stream, request);
      else reply(stream, [], { 'grpc-status': '9', 'grpc-message': `${'long '.repeat(5000)}%C3%A4` });
    }, { paddingStrategy: constants.PADDING_STRATEGY_MAX });
    const channel = open(endpoint);
    expect((await call(channel)).toString()).toBe('x');
    await expect(call(channel, bytesOf(100))).rejects.toMatchObject({ code: Status.failedPrecondition, message: expect.stringMatching(/^long .*ä$/) });
    expect((await call(channel)).toString()).toBe('x');
  });

  it('holds calls back that are more than the server takes at once', async () => {
    let [most, now] = [0, 0];
    const { endpoint } = await serve((stream, request) => {
      most = Math.max(most, ++now);
      setImmediate(() => {
        now--;
        echo(stream, request);
      });
    }, { settings: { maxConcurrentStreams: 2 } });
    const channel = open(endpoint);
    await Promise.all(Array.from({ length: 20 }, () => call(channel)));
    expect(most).toBe(2);
  });

  it.each<[string, Answer, number]>([
    ['an error in trailers alone', (stream) => stream.respond({ ...HEADERS, 'grpc-status': '5', 'grpc-message': 'gone' }, { endStream: true }), Status.notFound],
    ['an answer that is none of gRPC', (stream) => (stream.respond({ ':status': 503 }), stream.end('<html>')), Status.unavailable],
    ['no status', (stream) => (stream.respond(HEADERS), stream.end(framed(Buffer.from('x')))), Status.internal],
    ['no message', (stream) => reply(stream, []), Status.internal],
    ['a compressed message', (stream) => (stream.respond(HEADERS), stream.end(Buffer.from([1, 0, 0, 0, 0]))), Status.internal],
    ['a reset', (stream) => stream.close(constants.NGHTTP2_CANCEL), Status.canceled],
  ])('tells %s as an error, and goes on with the next call', async (_what, answer, code) => {
    let isFirst = true;
    const { endpoint } = await serve((stream, request) => {
      (isFirst ? answer : echo)(stream, request);
      isFirst = false;
    });
    const channel = open(endpoint);
    await expect(call(channel)).rejects.toMatchObject({ code, isUnsent: false });
    expect((await call(channel)).toString()).toBe('x');
  });

  it('knows of a refused call that the server did not begin with it', async () => {
    const { endpoint } = await serve((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
    await expect(call(open(endpoint))).rejects.toMatchObject({ code: Status.unavailable, isUnsent: true });
  });

  it('takes an error of the reader for that of the call', async () => {
    const { endpoint } = await serve(echo);
    const reading = open(endpoint).unary('/test/Call', new Encoded(Buffer.from('x')), 10_000, () => {
      throw new Error('cannot be read');
    });
    await expect(reading).rejects.toMatchObject({ code: Status.internal, message: 'cannot be read' });
  });

  it('repeats calls over another connection that a leaving server has not begun with, and lets it end the others', async () => {
    const held: (() => void)[] = [];
    const ids = new Set<ServerHttp2Stream['session']>();
    const { endpoint } = await serve((stream, request) => {
      ids.add(stream.session);
      const answer = (): void => echo(stream, request);
      if (ids.size > 1) answer();
      // The second call of the first connection counts as not begun.
      else if (held.push(answer) === 2) stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 1);
    });
    const channel = open(endpoint);
    const [first, second] = [call(channel, Buffer.from('1')), call(channel, Buffer.from('2'))];
    expect((await second).toString()).toBe('2');
    held[0]?.();
    expect((await first).toString()).toBe('1');
    expect(ids.size).toBe(2);
  });

  it('says of a lost connection which calls were sent, and connects again for the next', async () => {
    let isFirst = true;
    const { endpoint } = await serve((stream, request) => {
      if (!isFirst) return echo(stream, request);
      isFirst = false;
      return stream.session?.destroy();
    });
    const channel = open(endpoint);
    await expect(call(channel)).rejects.toMatchObject({ code: Status.unavailable, isUnsent: false });
    expect((await call(channel)).toString()).toBe('x');
  });

  it('says at once that there is no server, until the pause between attempts is over', async () => {
    const { server, endpoint } = await serve(echo);
    await new Promise((done) => server.close(done));
    servers.splice(0);
    const clock = new FakeClock();
    const channel = open(endpoint, clock);
    const refusal = { code: Status.unavailable, isUnsent: true, message: expect.stringContaining('ECONNREFUSED') };
    await expect(call(channel)).rejects.toMatchObject(refusal);
    await serve(echo, {}, Number(endpoint.split(':')[1]));
    await expect(call(channel)).rejects.toMatchObject(refusal);
    clock.step(50);
    expect((await call(channel)).toString()).toBe('x');
  });

  it('ends calls whose time is over, each at its own, and knows whether they were sent', async () => {
    const { endpoint } = await serve((stream, request) => request.length === 6 && echo(stream, request));
    const clock = new FakeClock();
    const channel = open(endpoint, clock);
    await call(channel);
    const [late, early] = [call(channel, bytesOf(20), 2000), call(channel, bytesOf(20), 1000)];
    const [lateEnd, earlyEnd] = [late.catch((error: unknown) => error), early.catch((error: unknown) => error)];
    clock.step(1000);
    expect(await earlyEnd).toMatchObject({ code: Status.deadlineExceeded, isUnsent: false });
    clock.step(1000);
    expect(await lateEnd).toMatchObject({ code: Status.deadlineExceeded, isUnsent: false });
    expect((await call(channel)).toString()).toBe('x');
  });

  it('does not take a connection without an answer for a server', async () => {
    const endpoint = await listen(createSocketServer((socket: Socket) => void sessions.add(socket.on('error', () => socket.destroy()).resume())));
    const clock = new FakeClock();
    const channel = open(endpoint, clock);
    const end = call(channel, Buffer.from('x'), 3000).catch((error: unknown) => error);
    clock.step(3000);
    expect(await end).toMatchObject({ code: Status.deadlineExceeded, isUnsent: true });
    const next = call(channel, Buffer.from('x'), 9000).catch((error: unknown) => error);
    clock.step(2000);
    expect(await next).toMatchObject({ code: Status.unavailable, isUnsent: true });
  });

  it('asks a quiet server for a sign of life, and gives up one that gives none', async () => {
    const PING = Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0]);
    const heard = { bytes: Buffer.alloc(0), wake: (): void => undefined };
    // Settings, and nothing more: no answer to a ping either.
    const endpoint = await listen(createSocketServer((socket: Socket) => {
      sessions.add(socket);
      socket.on('error', () => socket.destroy());
      socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
      socket.on('data', (chunk: Buffer) => {
        heard.bytes = Buffer.concat([heard.bytes, chunk]);
        heard.wake();
      });
    }));
    const until = (isThere: () => boolean): Promise<void> => new Promise((resolve) => (heard.wake = () => isThere() && resolve()));
    const clock = new FakeClock();
    const channel = open(endpoint, clock);
    const end = call(channel, Buffer.from('request'), 60_000).catch((error: unknown) => error);
    await until(() => heard.bytes.includes('request'));
    clock.step(3000);
    expect(heard.bytes.includes(PING)).toBe(false);
    clock.step(6000);
    await until(() => heard.bytes.includes(PING));
    clock.step(3000);
    expect(await end).toMatchObject({ code: Status.unavailable, isUnsent: false, message: expect.stringContaining('keepalive') });
    expect(channel.isConnected).toBe(false);
  });
});

describe('a two-way call', () => {
  async function talk(): Promise<{ theirs: ServerHttp2Stream; ours: TwoWay; heard: Heard }> {
    const server = createServer();
    server.on('session', (session) => sessions.add(session));
    const opened = once(server, 'stream');
    const heard = new Heard();
    const ours = open(await listen(server)).twoWay('/test/Talk', heard);
    ours.send(new Encoded(Buffer.from('hello')));
    const [theirs] = (await opened) as [ServerHttp2Stream];
    theirs.on('error', () => theirs.destroy());
    theirs.respond(HEADERS, { waitForTrailers: true });
    return { theirs, ours, heard };
  }

  it('is told messages as they come, in pieces of any size', async () => {
    const { theirs, ours, heard } = await talk();
    expect(((await once(theirs, 'data')) as [Buffer])[0].subarray(5).toString()).toBe('hello');
    const all = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.alloc(0)), framed(bytesOf(40_000))]);
    for (const [from, to] of [[0, 2], [2, 7], [7, 9], [9, 30], [30, all.length]] as const) {
      await new Promise((written) => theirs.write(all.subarray(from, to), written));
    }
    await heard.until(() => heard.messages.length === 3);
    expect(heard.messages.map((message) => message.length)).toEqual([3, 0, 40_000]);
    expect(heard.messages[2]?.equals(bytesOf(40_000))).toBe(true);
    const second = once(theirs, 'data');
    ours.send(new Encoded(Buffer.from('again')));
    expect(((await second) as [Buffer])[0].subarray(5).toString()).toBe('again');
    theirs.on('wantTrailers', () => theirs.sendTrailers({ 'grpc-status': '14', 'grpc-message': 'bye' }));
    theirs.end();
    await heard.until(() => heard.error !== undefined);
    expect(heard.error).toMatchObject({ code: Status.unavailable, message: 'bye' });
  });

  it('is told no more than fits the window while it holds the server up', async () => {
    const { theirs, ours, heard } = await talk();
    ours.holdUp(true);
    const messages = 40;
    const size = 1 << 20;
    for (let i = 0; i < messages; i++) theirs.write(framed(Buffer.alloc(size)));
    await heard.until(() => heard.messages.length >= 7);
    // A ping goes behind all that the server may send.
    await new Promise((answered) => theirs.session?.ping(answered));
    expect(heard.messages.length).toBeLessThan(9);
    ours.holdUp(false);
    await heard.until(() => heard.messages.length === messages);
  });

  it('is cancelled at the server, and hears nothing more', async () => {
    const { theirs, ours, heard } = await talk();
    const closed = once(theirs, 'close');
    ours.cancel();
    await closed;
    expect(theirs.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect([heard.messages, heard.error]).toEqual([[], undefined]);
  });
});
