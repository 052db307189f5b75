/** /portForward: SPDY/3.1 streams, straight or tunnelled through a WebSocket, or a WebSocket with a channel pair for each port. Behaves like upstream kubelet/pkg/cri/streaming/portforward. */
import type { ApiResponse, DuplexStream, Received } from '../../apimachinery/http.ts';
import { POD_UID } from '../kuberuntime/labels.ts';
import { AsyncQueue } from '../runtime/async-queue.ts';
import { SpdySession, type SpdyStream } from '../runtime/spdy.ts';
import type { ServerHost } from './host.ts';
import { HttpError } from './responses.ts';
import { chooseProtocol, isWebSocketRequest, WebSocketSession, webSocketHeaders } from './websocket.ts';

const PROTOCOL = 'portforward.k8s.io';
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;
const CHANNELS = 'v4.channel.k8s.io';
const encoder = new TextEncoder();

/** Opens a connection to a port of the pod. */
type Dial = (port: number) => Promise<DuplexStream>;

export async function portForward(request: Received, [namespace = '', name = '', uid]: readonly string[], host: ServerHost): Promise<ApiResponse> {
  const pod = host.findPod(namespace, name);
  if (!pod || (uid !== undefined && uid !== pod.metadata.uid)) throw new HttpError(404, 'pod does not exist');
  const dial: Dial = async (port) => {
    const [sandbox] = await host.runtime.runtime.listPodSandbox({ state: 'SANDBOX_READY', labelSelector: { [POD_UID]: pod.metadata.uid } });
    if (!sandbox) throw new Error(`failed to find sandbox for pod ${pod.metadata.name}`);
    return host.runtime.streaming.portForward(sandbox.id, port);
  };
  return isWebSocketRequest(request.headers) ? webSocketForward(request, dial, host) : spdyForward(request, dial, host);
}

async function webSocketForward(request: Received, dial: Dial, host: ServerHost): Promise<ApiResponse> {
  const protocol = chooseProtocol(request.headers, [TUNNEL, CHANNELS]);
  const ports = new URLSearchParams(request.rawQuery).getAll('port').flatMap((p) => p.split(',')).map(Number);
  if (protocol === undefined && request.headers['sec-websocket-protocol'] !== undefined) throw new HttpError(400, `unable to upgrade: none of the subprotocols is supported, offered are ${TUNNEL}, ${CHANNELS}`);
  if (protocol !== TUNNEL && (ports.length === 0 || ports.some((p) => !(p > 0 && p < 65536)))) throw new HttpError(400, 'query parameter "port" is required');
  const accept = (client: DuplexStream): Promise<void> => (protocol === TUNNEL ? serveSpdy(tunnelled(client), dial, host) : serveChannels(client, ports, dial));
  return { status: 101, headers: await webSocketHeaders(request.headers, protocol), body: { kind: 'upgrade', protocol: 'websocket', accept } };
}

function spdyForward(request: Received, dial: Dial, host: ServerHost): ApiResponse {
  if (request.headers.upgrade?.toLowerCase() !== 'spdy/3.1') throw new HttpError(400, 'unable to upgrade: missing upgrade headers in request');
  const headers = { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': PROTOCOL };
  return { status: 101, headers, body: { kind: 'upgrade', protocol: 'SPDY/3.1', accept: (client) => serveSpdy(client, dial, host) } };
}

/** The WebSocket's messages as one stream of bytes. */
function tunnelled(client: DuplexStream): DuplexStream {
  const session = new WebSocketSession(client);
  return {
    readable: session.messages(),
    write: (chunk) => session.send(chunk),
    end: () => void session.close().catch((error: Error) => client.destroy(error)),
    destroy: (error) => client.destroy(error),
  };
}

/** A data and an error stream with the same request id make one connection. */
async function serveSpdy(client: DuplexStream, dial: Dial, host: ServerHost): Promise<void> {
  const pairs = new Map<string, { data?: SpdyStream; error?: SpdyStream }>();
  const session = new SpdySession(client, 'server', (stream) => {
    const { streamtype, port, requestid = `port ${port}` } = stream.headers;
    const pair = pairs.get(requestid) ?? {};
    pairs.set(requestid, pair);
    if (streamtype === 'error') pair.error = stream;
    else pair.data = stream;
    if (!pair.data || !pair.error) return;
    pairs.delete(requestid);
    void join(pair.data, pair.error, Number(port), dial).catch((error: unknown) => host.log.debug('a forwarded connection broke', { port: port ?? '', why: error instanceof Error ? error.message : String(error) }));
  });
  await session.run();
}

async function join(data: SpdyStream, error: SpdyStream, port: number, dial: Dial): Promise<void> {
  try {
    const target = await dial(port);
    await Promise.all([pipe(data.readable, target), pipe(target.readable, data)]);
  } catch (cause) {
    await error.write(encoder.encode(`error forwarding port ${port} to pod: ${cause instanceof Error ? cause.message : String(cause)}`));
  } finally {
    data.end();
    error.end();
  }
}

async function pipe(from: AsyncIterable<Uint8Array>, to: DuplexStream): Promise<void> {
  try {
    for await (const chunk of from) await to.write(chunk);
  } finally {
    to.end();
  }
}

/** Channel 2i carries the i-th port's bytes, 2i+1 its error; both begin with the port's number. */
async function serveChannels(client: DuplexStream, ports: readonly number[], dial: Dial): Promise<void> {
  const session = new WebSocketSession(client);
  const incoming = ports.map(() => new AsyncQueue<Uint8Array>());
  const send = (channel: number, bytes: Uint8Array): Promise<void> => session.send(Uint8Array.of(channel, ...bytes));
  for (const [i, port] of ports.entries()) {
    const number = Uint8Array.of(port & 255, port >> 8);
    await send(2 * i, number);
    await send(2 * i + 1, number);
    void dial(port)
      .then((target) => Promise.all([pipe(incoming[i] ?? new AsyncQueue<Uint8Array>(), target), copy(target.readable, (chunk) => send(2 * i, chunk))]))
      .catch((error: unknown) => send(2 * i + 1, encoder.encode(error instanceof Error ? error.message : String(error))));
  }
  for await (const message of session.messages()) incoming[(message[0] ?? 0) / 2]?.push(message.subarray(1));
  for (const queue of incoming) queue.end();
}

async function copy(from: AsyncIterable<Uint8Array>, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
  for await (const chunk of from) await write(chunk);
}
