import { describe, expect, it } from '@jest/globals';
import type { ApiResponse, DuplexStream, Received } from '../../apimachinery/http.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import type { PodStatus } from '../container/pod.ts';
import { simulatedMachine } from '../nodestatus/machine.ts';
import { duplexPair } from '../runtime/async-queue.ts';
import { newSimulatedRuntime } from '../runtime/simulated/simulated-runtime.ts';
import { SpdySession } from '../runtime/spdy.ts';
import { newContainer, newSandbox, type Fixture } from '../runtime/testing/fixture.ts';
import { newPod } from '../testing/pods.ts';
import { MemoryFiles } from '../volumes/memory-files.ts';
import { attributesOf } from './authentication.ts';
import { kubeletHandler } from './handler.ts';
import { concat, encodeFrame, parseFrame } from './websocket.ts';

const decoder = new TextDecoder();

/** A kubelet's API with one running pod `web`, container `main`. */
async function start(annotations: Record<string, string> = {}) {
  const clock = new FakeClock();
  const runtime = newSimulatedRuntime({ clock, rand: seededRand(1), files: new MemoryFiles() });
  const fixture = { runtime, image: 'nginx', logDirectory: '/l', cgroupParent: '/c' } as unknown as Fixture;
  const config = newSandbox(fixture, { annotations });
  const sandboxId = await runtime.runtime.runPodSandbox({ ...config, metadata: { ...config.metadata, name: 'web' } }, '');
  const id = await runtime.runtime.createContainer(sandboxId, newContainer(fixture, config, []), config);
  await runtime.runtime.startContainer(id);
  const status: PodStatus = { containerStatuses: [{ name: 'main', state: { running: { startedAt: null } }, lastState: {}, ready: true, restartCount: 0, image: 'nginx', imageID: '', containerID: `simulated://${id}` }] };
  const pod = newPod({ metadata: { uid: config.metadata.uid } });
  const handler = kubeletHandler({ nodeName: 'node-1', runtime, clock, log: silentLog, machine: simulatedMachine('node-1'), pods: () => [pod], findPod: (_, name) => (name === 'web' ? pod : undefined), statusOf: () => status });
  const request = async (target: string, headers: Record<string, string> = {}): Promise<ApiResponse> => {
    const [rawPath = '', rawQuery = ''] = target.split('?');
    return handler({ method: 'GET', rawPath, rawQuery, headers, body: {}, connection: { remoteAddress: '', protocol: 'in-process', peerCertificates: [] }, accepts: 'bytes', signal: new AbortController().signal } as unknown as Received);
  };
  return { request };
}

async function textOf({ body }: ApiResponse): Promise<string> {
  if (body.kind === 'bytes') return decoder.decode(body.bytes);
  let text = '';
  if (body.kind === 'stream') for await (const chunk of body.chunks) text += decoder.decode(chunk);
  return text;
}

const webSocket = (protocol: string) => ({ upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol': protocol });

/** The client's end of an accepted upgrade. */
function open(answer: ApiResponse): DuplexStream {
  if (answer.body.kind !== 'upgrade') throw new Error(`not upgraded: ${answer.status}`);
  const [client, server] = duplexPair();
  void answer.body.accept(server);
  return client;
}

async function framesOf(client: DuplexStream): Promise<{ opcode: number; payload: Uint8Array }[]> {
  let buffer: Uint8Array = new Uint8Array(0);
  for await (const chunk of client.readable) buffer = concat([buffer, chunk]);
  const frames = [];
  for (let parsed = parseFrame(buffer); parsed; parsed = parseFrame(buffer)) {
    frames.push(parsed.frame);
    buffer = buffer.subarray(parsed.size);
  }
  return frames;
}

describe('the kubelet API', () => {
  it('answers with a log, its tail, and timestamps', async () => {
    const { request } = await start({ 'k8ts.dev/logs': 'a\nb' });
    expect(await textOf(await request('/containerLogs/default/web/main'))).toBe('container main started from image nginx\na\nb\n');
    expect(await textOf(await request('/containerLogs/default/web/main?tailLines=1'))).toBe('b\n');
    expect(await textOf(await request('/containerLogs/default/web/main?tailLines=1&timestamps=true'))).toBe('2026-01-01T00:00:00.000000000Z b\n');
    expect(await textOf(await request('/containerLogs/default/web/main?limitBytes=9'))).toBe('container');
  });

  it.each([
    { target: '/containerLogs/default/none/main', status: 404, want: 'pod "none" does not exist' },
    { target: '/containerLogs/default/web/none', status: 404, want: 'container "none" not found in pod "web"' },
    { target: '/containerLogs/default/web/main?previous=true', status: 400, want: 'previous terminated container "main" in pod "web" not found' },
    { target: '/containerLogs/default/web/main?tailLines=x', status: 422, want: '{"message": "Invalid request."}' },
    { target: '/exec/default/web/main?command=true', status: 400, want: 'you must specify at least 1 of stdin, stdout, stderr' },
    { target: '/nothing', status: 404, want: '404 page not found' },
    { target: '/healthz', status: 200, want: 'ok' },
  ])('answers $target with $status', async ({ target, status, want }) => {
    const { request } = await start();
    const answer = await request(target);
    expect([answer.status, await textOf(answer)]).toEqual([status, want]);
  });

  it('runs a command over a WebSocket and ends with its status', async () => {
    const { request } = await start();
    const answer = await request('/exec/default/web/main?command=sh&command=-c&command=echo%20hi%3B%20exit%203&stdout=true&stderr=true', webSocket('v5.channel.k8s.io, v4.channel.k8s.io'));
    expect(answer.headers).toMatchObject({ 'Sec-WebSocket-Protocol': 'v5.channel.k8s.io', 'Sec-WebSocket-Accept': 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' });
    const client = open(answer);
    setImmediate(() => client.end());
    const messages = (await framesOf(client)).filter((f) => f.opcode === 2).map((f) => [f.payload[0], decoder.decode(f.payload.subarray(1))]);
    expect(messages.slice(0, 2)).toEqual([[1, ''], [1, 'hi\n']]);
    expect(messages[2]?.[0]).toBe(3);
    expect(JSON.parse(String(messages[2]?.[1]))).toMatchObject({ status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '3' }] } });
  });

  it('runs a command over SPDY, standard input included', async () => {
    const { request } = await start();
    const client = open(await request('/exec/default/web/main?command=cat&input=1&output=1', { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' }));
    const session = new SpdySession(client, 'client');
    const done = session.run();
    const [error, stdin, stdout] = [await session.createStream({ streamtype: 'error' }), await session.createStream({ streamtype: 'stdin' }), await session.createStream({ streamtype: 'stdout' })];
    await stdin.write(new TextEncoder().encode('typed'));
    stdin.end();
    let [out, status] = ['', ''];
    for await (const chunk of stdout.readable) out += decoder.decode(chunk);
    for await (const chunk of error.readable) status += decoder.decode(chunk);
    await session.close();
    await done;
    expect([out, JSON.parse(status)]).toEqual(['typed', { metadata: {}, status: 'Success' }]);
  });

  it('forwards a port over SPDY', async () => {
    const { request } = await start();
    const client = open(await request('/portForward/default/web', { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' }));
    const session = new SpdySession(client, 'client');
    void session.run();
    const headers = { port: '80', requestid: '0' };
    await session.createStream({ ...headers, streamtype: 'error' });
    const data = await session.createStream({ ...headers, streamtype: 'data' });
    await data.write(new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'));
    let answer = '';
    for await (const chunk of data.readable) answer += decoder.decode(chunk);
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer.endsWith('web')).toBe(true);
  });

  it('asks for the permission that belongs to each path', () => {
    expect(attributesOf('GET', '/stats/summary')).toEqual({ verb: 'get', subresource: 'stats' });
    expect(attributesOf('POST', '/exec/a/b/c')).toEqual({ verb: 'create', subresource: 'proxy' });
    expect(attributesOf('GET', '/metrics/resource')).toEqual({ verb: 'get', subresource: 'metrics' });
  });
});

describe('WebSocket frames', () => {
  it.each([0, 125, 126, 65535, 65536])('keeps %i bytes', (length) => {
    const payload = new Uint8Array(length).fill(7);
    const frame = encodeFrame(2, payload);
    expect(parseFrame(frame.subarray(0, frame.length - 1))).toBeUndefined();
    expect(parseFrame(frame)).toEqual({ frame: { fin: true, opcode: 2, payload }, size: frame.length });
  });

  it('takes the mask off', () => {
    const masked = Uint8Array.of(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    expect(decoder.decode(parseFrame(masked)?.frame.payload)).toBe('Hello');
  });
});
