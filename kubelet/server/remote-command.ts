/** The streams of exec and attach over a WebSocket (v5, v4.channel.k8s.io) or SPDY/3.1. Behaves like upstream kubelet/pkg/cri/streaming/remotecommand. */
import type { ApiResponse, DuplexStream, Received } from '../../apimachinery/http.ts';
import { AsyncQueue } from '../runtime/async-queue.ts';
import type { TerminalSize } from '../runtime/interface.ts';
import { SpdySession, type SpdyStream } from '../runtime/spdy.ts';
import { HttpError } from './responses.ts';
import { chooseProtocol, isWebSocketRequest, WebSocketSession, webSocketHeaders } from './websocket.ts';

export interface CommandOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** The caller's streams; `finish` sends the result, a Status as JSON, and closes. */
export interface CommandStreams {
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly stdout?: (chunk: Uint8Array) => Promise<void>;
  readonly stderr?: (chunk: Uint8Array) => Promise<void>;
  readonly resize: AsyncIterable<TerminalSize>;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
  finish(status: unknown): Promise<void>;
}

const WEBSOCKET = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const SPDY = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io'];
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The options, under the names of the API and of the kubelet. */
export function commandOptions(query: URLSearchParams): CommandOptions {
  const on = (...names: string[]): boolean => names.some((n) => /^(1|t|true)$/i.test(query.get(n) ?? ''));
  const tty = on('tty');
  const options = { stdin: on('stdin', 'input'), stdout: on('stdout', 'output'), stderr: on('stderr', 'error') && !tty, tty };
  if (!options.stdin && !options.stdout && !options.stderr) throw new HttpError(400, 'you must specify at least 1 of stdin, stdout, stderr');
  return options;
}

/** Answers the upgrade; `run` gets the streams once they are open. */
export async function upgradeCommand(request: Received, options: CommandOptions, run: (streams: CommandStreams) => Promise<void>): Promise<ApiResponse> {
  if (isWebSocketRequest(request.headers)) {
    const protocol = chooseProtocol(request.headers, WEBSOCKET);
    if (protocol === undefined) throw new HttpError(400, `unable to upgrade: none of the subprotocols is supported, offered are ${WEBSOCKET.join(', ')}`);
    return { status: 101, headers: await webSocketHeaders(request.headers, protocol), body: { kind: 'upgrade', protocol: 'websocket', accept: (client) => overWebSocket(client, options, run) } };
  }
  if (request.headers.upgrade?.toLowerCase() !== 'spdy/3.1') throw new HttpError(400, 'unable to upgrade: missing upgrade headers in request');
  const asked = (request.headers['x-stream-protocol-version'] ?? '').split(',').map((p) => p.trim());
  const protocol = asked.find((p) => SPDY.includes(p));
  if (protocol === undefined) return { status: 403, headers: { 'X-Accepted-Stream-Protocol-Versions': SPDY.join(', ') }, body: { kind: 'empty' } };
  const headers = { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': protocol };
  return { status: 101, headers, body: { kind: 'upgrade', protocol: 'SPDY/3.1', accept: (client) => overSpdy(client, options, run) } };
}

function parseSize(bytes: Uint8Array, into: AsyncQueue<TerminalSize>): void {
  const size = JSON.parse(decoder.decode(bytes)) as { Width?: number; Height?: number };
  if (size.Width !== undefined && size.Height !== undefined) into.push({ width: size.Width, height: size.Height });
}

async function overWebSocket(client: DuplexStream, options: CommandOptions, run: (streams: CommandStreams) => Promise<void>): Promise<void> {
  const session = new WebSocketSession(client);
  const gone = new AbortController();
  const stdin = new AsyncQueue<Uint8Array>();
  const resize = new AsyncQueue<TerminalSize>();
  const send = (channel: number, chunk: Uint8Array): Promise<void> => session.send(Uint8Array.of(channel, ...chunk));
  const reading = readChannels(session, stdin, resize).finally(() => {
    stdin.end();
    resize.end();
    gone.abort(new Error('the client has gone'));
  });
  await send(options.stdout ? CHANNEL.stdout : options.stderr ? CHANNEL.stderr : CHANNEL.error, new Uint8Array(0));
  await run({
    ...(options.stdin && { stdin }),
    ...(options.stdout && { stdout: (chunk) => send(CHANNEL.stdout, chunk) }),
    ...(options.stderr && { stderr: (chunk) => send(CHANNEL.stderr, chunk) }),
    resize,
    signal: gone.signal,
    async finish(status) {
      await send(CHANNEL.error, encoder.encode(JSON.stringify(status)));
      await session.close();
    },
  });
  await reading;
}

async function readChannels(session: WebSocketSession, stdin: AsyncQueue<Uint8Array>, resize: AsyncQueue<TerminalSize>): Promise<void> {
  for await (const message of session.messages()) {
    const [channel] = message;
    const payload = message.subarray(1);
    if (channel === CHANNEL.stdin && payload.length > 0) stdin.push(payload);
    if (channel === CHANNEL.resize && payload.length > 0) parseSize(payload, resize);
    if (channel === CHANNEL.close && payload[0] === CHANNEL.stdin) stdin.end();
  }
}

async function overSpdy(client: DuplexStream, options: CommandOptions, run: (streams: CommandStreams) => Promise<void>): Promise<void> {
  const opened = new Map<string, SpdyStream>();
  const wanted = ['error', ...(options.stdin ? ['stdin'] : []), ...(options.stdout ? ['stdout'] : []), ...(options.stderr ? ['stderr'] : []), ...(options.tty ? ['resize'] : [])];
  const gone = new AbortController();
  let ready = (): void => undefined;
  const complete = new Promise<void>((resolve) => (ready = resolve));
  const session = new SpdySession(client, 'server', (stream) => {
    opened.set(stream.headers.streamtype ?? '', stream);
    if (wanted.every((w) => opened.has(w))) ready();
  });
  const reading = session.run().finally(() => gone.abort(new Error('the client has gone')));
  await Promise.race([complete, reading]);
  const of = (type: string): SpdyStream | undefined => opened.get(type);
  if (gone.signal.aborted) return;
  const [stdin, stdout, stderr] = [of('stdin'), of('stdout'), of('stderr')];
  await run({
    ...(stdin && { stdin: stdin.readable }),
    ...(stdout && { stdout: (chunk) => stdout.write(chunk) }),
    ...(stderr && { stderr: (chunk) => stderr.write(chunk) }),
    resize: sizesOf(of('resize')),
    signal: gone.signal,
    async finish(status) {
      await of('error')?.write(encoder.encode(JSON.stringify(status)));
      for (const stream of opened.values()) stream.end();
      await session.close();
    },
  });
  await reading;
}

async function* sizesOf(stream: SpdyStream | undefined): AsyncGenerator<TerminalSize> {
  const queue = new AsyncQueue<TerminalSize>();
  for await (const chunk of stream?.readable ?? []) {
    parseSize(chunk, queue);
    while (queue.size > 0) for await (const size of one(queue)) yield size;
  }
}

async function* one(queue: AsyncQueue<TerminalSize>): AsyncGenerator<TerminalSize> {
  for await (const size of queue) {
    yield size;
    return;
  }
}
