/** Connects to containerd's streaming server (SPDY/3.1) at the addresses that CRI gives. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { DuplexStream } from '../../../apimachinery/http.ts';
import { RuntimeError } from '../interface.ts';
import { SpdySession } from '../spdy.ts';

const HEAD_LIMIT = 16 << 10;

function duplexOf(socket: Socket): DuplexStream {
  return {
    readable: socket as AsyncIterable<Uint8Array>,
    async write(chunk) {
      if (socket.destroyed) throw new Error('the connection is closed');
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    },
    end: () => void socket.end(),
    destroy: (error) => void socket.destroy(error),
  };
}

/** The raw connection to host and port. Rejects with Go's text. */
export function dialTcp(host: string, port: number, timeoutMs = 0): Promise<DuplexStream> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const fail = (why: string, cause?: Error): void => {
      socket.destroy();
      reject(new RuntimeError('Unavailable', `dial tcp ${address}: ${why}`, cause));
    };
    if (timeoutMs > 0) socket.setTimeout(timeoutMs, () => fail('i/o timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.code === 'EHOSTUNREACH' ? 'connect: no route to host' : error.message, error));
    socket.once('connect', () => {
      socket.setTimeout(0);
      socket.removeAllListeners('error');
      socket.on('error', () => socket.destroy());
      resolve(duplexOf(socket));
    });
  });
}

/** An SPDY session over an upgraded request to `url`. `done` ends with the connection. */
export async function spdyConnect(url: string, protocol: string): Promise<{ readonly session: SpdySession; readonly done: Promise<void> }> {
  const { hostname, port, pathname, search, host } = new URL(url);
  const connection = await dialTcp(hostname.replace(/^\[|\]$/g, ''), Number(port), 30_000);
  const request = `POST ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\nContent-Length: 0\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const chunks = connection.readable[Symbol.asyncIterator]();
  const rest = await readHead(chunks);
  const session = new SpdySession({ ...connection, readable: joined(rest, chunks) }, 'client');
  return { session, done: session.run() };
}

/** What follows the head of the answer. Throws when the upgrade was refused. */
async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let buffer = Buffer.alloc(0);
  for (;;) {
    const { done, value } = await chunks.next();
    if (done || buffer.length > HEAD_LIMIT) throw new RuntimeError('Unknown', 'the streaming server closed the connection');
    buffer = Buffer.concat([buffer, value]);
    const end = buffer.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const head = buffer.subarray(0, end).toString('latin1');
    if (!head.startsWith('HTTP/1.1 101')) throw new RuntimeError('Unknown', `the streaming server refused: ${head.split('\r\n')[0] ?? ''} ${buffer.subarray(end + 4).toString().trim()}`);
    return buffer.subarray(end + 4);
  }
}

async function* joined(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
