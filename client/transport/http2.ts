/** HTTP/2 over TLS: one connection, opened when needed and again when it broke. A server that speaks only HTTP/1.1 is spoken to in that. */
import http2 from 'node:http2';
import tls from 'node:tls';
import { newHttp1Sender } from './http1.ts';
import { nodeTls, type TlsOptions, type WireRequest, type WireResponse, type WireSender } from './wire.ts';

/** The server chose HTTP/1.1. */
class NoHttp2 extends Error {}

function connectTls(base: URL, options: TlsOptions | undefined): Promise<tls.TLSSocket> {
  return new Promise((resolve, reject) => {
    const host = base.hostname.replace(/^\[|\]$/g, '');
    const socket = tls.connect({ host, port: Number(base.port || 443), ALPNProtocols: ['h2', 'http/1.1'], ...(/[g-z]/i.test(host) && { servername: host }), ...nodeTls(options) });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

async function connect(base: URL, options: TlsOptions | undefined): Promise<http2.ClientHttp2Session> {
  const socket = await connectTls(base, options);
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy();
    throw new NoHttp2();
  }
  const session = http2.connect(base.origin, { createConnection: () => socket, settings: { initialWindowSize: 4 << 20 } });
  session.setLocalWindowSize?.(16 << 20);
  return session;
}

function exchange(session: http2.ClientHttp2Session, request: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const { signal } = request;
    const stream = session.request({ ':method': request.method, ':path': request.path, ...request.headers }, { endStream: request.body === undefined });
    const abort = (): void => void stream.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    stream.once('close', () => signal?.removeEventListener('abort', abort));
    stream.on('error', (error) => reject(signal?.aborted === true ? (signal.reason as Error) : error));
    stream.once('close', () => reject(new Error(`the connection closed before an answer to ${request.method} ${request.path}`)));
    stream.once('response', (raw) => {
      const headers = Object.fromEntries(Object.entries(raw).flatMap(([name, value]) => (value === undefined || name.startsWith(':') ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]])));
      resolve({ status: Number(raw[':status'] ?? 0), headers, chunks: stream });
    });
    if (request.body !== undefined) stream.end(request.body);
  });
}

export function newHttp2Sender(base: URL, options: TlsOptions | undefined): WireSender {
  /** The one connection, or its being opened. Never one that is known to be closed. */
  let session: Promise<http2.ClientHttp2Session> | undefined;
  let fallback: WireSender | undefined;
  const open = (): Promise<http2.ClientHttp2Session> => {
    const opening = connect(base, options);
    session = opening;
    const forget = (): void => {
      if (session === opening) session = undefined;
    };
    opening.then((s) => {
      for (const event of ['close', 'goaway', 'error'] as const) s.on(event, forget);
    }, forget);
    return opening;
  };
  return {
    async send(request) {
      request.signal?.throwIfAborted();
      if (fallback) return fallback.send(request);
      try {
        return await exchange(await (session ?? open()), request);
      } catch (error) {
        if (!(error instanceof NoHttp2)) throw error;
        fallback ??= newHttp1Sender(base, options);
        return fallback.send(request);
      }
    },
    close() {
      fallback?.close();
      void session?.then((s) => s.destroy(), () => undefined);
      session = undefined;
    },
  };
}
