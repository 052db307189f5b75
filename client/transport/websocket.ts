/** Upgrades to a WebSocket with one of the remote-command subprotocols (v5.channel.k8s.io, …). Behaves like upstream client-go/transport/websocket. */
import { WebSocket } from 'ws';
import { errorFromStatus } from '../../apimachinery/errors.ts';
import type { Status } from '../../apimachinery/types/meta.gen.ts';
import type { UpgradedConnection } from '../interface.ts';

export interface WebSocketOptions {
  readonly url: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: object;
  readonly signal?: AbortSignal;
}

/** Messages as they arrive, each whole; ends when the peer closes. */
async function* messagesOf(socket: WebSocket): AsyncIterable<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let wake: () => void = () => undefined;
  let ended = false;
  let failure: Error | undefined;
  socket.on('message', (data: Uint8Array) => {
    waiting.push(data);
    wake();
  });
  socket.once('error', (error) => (failure = error));
  socket.once('close', () => {
    ended = true;
    wake();
  });
  socket.resume();
  for (;;) {
    const message = waiting.shift();
    if (message) yield message;
    else if (failure) throw failure;
    else if (ended) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

function upgraded(socket: WebSocket): UpgradedConnection {
  return {
    protocol: socket.protocol,
    messages: messagesOf(socket),
    send: (message) => new Promise((resolve, reject) => socket.send(message, { binary: true }, (error) => (error ? reject(error) : resolve()))),
    close: () => socket.close(),
  };
}

/** The body of a refused upgrade is a Status. */
function refusal(status: number, text: string): Error {
  try {
    return errorFromStatus(JSON.parse(text) as Partial<Status>, status);
  } catch (cause) {
    return new Error(`the upgrade was refused with status ${status}: ${text}`, { cause });
  }
}

export function upgradeToWebSocket({ url, protocols, headers, tls, signal }: WebSocketOptions): Promise<UpgradedConnection> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [...protocols], { headers, ...tls, perMessageDeflate: false });
    socket.binaryType = 'nodebuffer';
    const abort = (): void => socket.terminate();
    signal?.addEventListener('abort', abort, { once: true });
    socket.once('close', () => signal?.removeEventListener('abort', abort));
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => reject(refusal(response.statusCode ?? 0, Buffer.concat(chunks).toString())));
    });
    socket.once('open', () => {
      socket.off('error', reject);
      socket.pause();
      resolve(upgraded(socket));
    });
  });
}
