import { connect as connectH2, type ClientHttp2Session } from 'node:http2';
import { request as request1 } from 'node:https';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listen, type Listener, type ListenOptions } from '../../../api/server/listener.ts';
import type { ApiResponse, Handler } from '../../../apimachinery/http.ts';
import { newAuthority } from '../../../cluster/pki/certificate.ts';
import { realClock } from '../../../component-base/clock.ts';
import { silentLog } from '../../../component-base/log.ts';

const encoder = new TextEncoder();
const text = (value: string, headers: ApiResponse['headers'] = {}): ApiResponse => ({ status: 200, headers, body: { kind: 'bytes', bytes: encoder.encode(value) } });

let ended: () => void = () => undefined;
const watchEnded = new Promise<void>((resolve) => (ended = resolve));

const handler: Handler = async (request) => {
  switch (request.rawPath) {
    case '/who':
      return text(JSON.stringify([request.connection.protocol, request.connection.peerCertificates.length, request.connection.certificateError ?? '']));
    case '/body':
      return text(String((await request.body.bytes(1000)).length));
    case '/big':
      return text('x'.repeat(200_000));
    case '/groups':
      return text(JSON.stringify(request.allHeaders?.('impersonate-group')));
    case '/events':
      return { status: 200, headers: {}, body: { kind: 'stream', chunks: announcements() } };
    case '/announce':
      announce();
      return text('announced');
    case '/watch':
      return { status: 200, headers: {}, body: { kind: 'stream', chunks: untilAborted(request.signal) } };
    case '/upgrade':
      return { status: 101, headers: { Upgrade: 'echo', Connection: 'Upgrade' }, body: { kind: 'upgrade', protocol: 'echo', accept: async (client) => { for await (const chunk of client.readable) await client.write(chunk); } } };
    default:
      return text(`${request.rawPath}?${request.rawQuery}`, { Warning: ['299 - "a"', '299 - "b"'] });
  }
};

async function* untilAborted(signal: AbortSignal): AsyncIterable<Uint8Array> {
  yield encoder.encode('first\n');
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  ended();
}

let announce: () => void = () => undefined;
const announced = new Promise<void>((resolve) => (announce = resolve));

/** A watcher whose event takes longer to be written than an answer does. */
async function* announcements(): AsyncIterable<Uint8Array> {
  yield encoder.encode('begun');
  await announced;
  for (let i = 0; i < 50; i++) await Promise.resolve();
  yield encoder.encode('event');
}

let listener: Listener;
let options: ListenOptions;
let ca: Awaited<ReturnType<typeof newAuthority>>;

beforeAll(async () => {
  const now = realClock.now();
  ca = await newAuthority('test', now);
  const tls = await ca.issue({ subject: { commonName: 'server' }, usages: ['serverAuth'], names: ['127.0.0.1'], days: 1 }, now);
  options = { host: '127.0.0.1', port: 0, tls: { ...tls, clientCA: ca.cert }, handler, clock: realClock, log: silentLog };
  listener = await listen(options);
});
afterAll(() => listener.close());

interface Got {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: Buffer;
}

async function get2(session: ClientHttp2Session, path: string, headers: Record<string, string | string[]> = {}, body?: string): Promise<Got> {
  const stream = session.request({ ':path': path, ...(body !== undefined && { ':method': 'POST' }), ...headers });
  stream.end(body);
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { status: Number(answer[':status']), headers: answer, body: Buffer.concat(chunks) };
}

function get1(path: string, more: object = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = request1({ host: '127.0.0.1', port: listener.port, path, ca: ca.cert, ...more }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.on('error', reject).end();
  });
}

describe('listen', () => {
  it('speaks HTTP/2 and HTTP/1.1 on one port', async () => {
    const session = connectH2(`https://127.0.0.1:${listener.port}`, { ca: ca.cert });
    expect((await get2(session, '/a?b=c')).body.toString()).toBe('/a?b=c');
    expect(JSON.parse((await get2(session, '/who')).body.toString())).toEqual(['h2', 0, '']);
    expect(JSON.parse((await get1('/who')).body.toString())).toEqual(['http/1.1', 0, '']);
    expect((await get1('/a')).headers['warning']).toBe('299 - "a", 299 - "b"');
    session.close();
  });

  it('does not take a client for gone that has its answer to a body of an announced length', async () => {
    let signal: AbortSignal | undefined;
    const noting: Handler = async (request) => {
      signal = request.signal;
      return text(String((await request.body.bytes(10)).length));
    };
    const own = await listen({ ...options, handler: noting });
    const session = connectH2(`https://127.0.0.1:${own.port}`, { ca: ca.cert });
    for (let i = 0; i < 2; i++) expect((await get2(session, '/', { 'content-length': '3' }, 'abc')).body.toString()).toBe('3');
    await new Promise<void>((resolve) => session.close(resolve));
    await own.close();
    expect(signal).toBeDefined();
    expect(String(signal?.reason)).not.toBe('Error: the client went away');
  });

  it('believes certificates of its authority and says why it does not believe others', async () => {
    const now = realClock.now();
    const identity = { subject: { commonName: 'x' }, usages: ['clientAuth'], days: 1 } as const;
    expect(JSON.parse((await get1('/who', { agent: false, ...(await ca.issue(identity, now)) })).body.toString())[1]).toBeGreaterThan(0);
    const stranger = await (await newAuthority('other', now)).issue(identity, now);
    const [, count, why] = JSON.parse((await get1('/who', { agent: false, ...stranger })).body.toString()) as [string, number, string];
    expect([count, why === '']).toEqual([0, false]);
  });

  it('keeps repeated headers apart', async () => {
    const session = connectH2(`https://127.0.0.1:${listener.port}`, { ca: ca.cert });
    expect(JSON.parse((await get2(session, '/groups', { 'impersonate-group': ['a, b', 'c'] })).body.toString())).toEqual(['a, b', 'c']);
    session.close();
  });

  it('resets a request whose body is too large', async () => {
    const session = connectH2(`https://127.0.0.1:${listener.port}`, { ca: ca.cert });
    expect((await get2(session, '/body', {}, 'x'.repeat(1000))).body.toString()).toBe('1000');
    await expect(get2(session, '/body', {}, 'x'.repeat(1001))).rejects.toThrow();
    session.close();
  });

  it('compresses large answers for those who ask', async () => {
    const { headers, body } = await get1('/big', { headers: { 'accept-encoding': 'gzip' } });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body)).toHaveLength(200_000);
    expect((await get1('/big')).headers['content-encoding']).toBeUndefined();
  });

  it('hands over the connection of an upgrade, and answers others that ask for one', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'echo' };
    const request = request1({ host: '127.0.0.1', port: listener.port, path: '/upgrade', ca: ca.cert, agent: false, headers }).end();
    const [, socket] = (await once(request, 'upgrade')) as [unknown, Duplex];
    socket.write('hello');
    const [echoed] = (await once(socket, 'data')) as [Buffer];
    expect(echoed.toString()).toBe('hello');
    socket.destroy();
    expect((await get1('/plain', { agent: false, headers })).body.toString()).toBe('/plain?');
  });

  it('tells watchers of a write before its writer', async () => {
    const session = connectH2(`https://127.0.0.1:${listener.port}`, { ca: ca.cert });
    const order: string[] = [];
    const watch = session.request({ ':path': '/events' });
    await once(watch, 'data');
    watch.on('data', () => order.push('watcher'));
    const write = session.request({ ':path': '/announce', ':method': 'POST' });
    write.on('response', () => order.push('writer'));
    write.resume().end();
    await Promise.all([once(write, 'end'), once(watch, 'end')]);
    expect(order).toEqual(['watcher', 'writer']);
    session.close();
  });

  it('names the port that is taken and the remedy', async () => {
    await expect(listen({ ...options, port: listener.port })).rejects.toThrow(`port ${listener.port} on 127.0.0.1 is already in use: stop what listens there, or choose another port`);
  });

  it('ends watches and closes idle connections when it closes', async () => {
    const other = await listen(options);
    const session = connectH2(`https://127.0.0.1:${other.port}`, { ca: ca.cert });
    const stream = session.request({ ':path': '/watch' });
    await once(stream, 'data');
    const gone = once(session, 'close');
    await other.close();
    await watchEnded;
    stream.resume();
    await gone;
  });
});
