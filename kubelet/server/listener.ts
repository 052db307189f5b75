/** The kubelet's API on a socket: HTTPS through Express, behind authentication. Beside handler.ts. */
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import express, { type Request, type Response } from 'express';
import type { ApiResponse, DuplexStream, Handler, Received, RequestHeaders } from '../../apimachinery/http.ts';
import type { Log } from '../../component-base/log.ts';
import type { KeyPair } from '../certificates/serving-certificate.ts';

export interface ListenerOptions {
  readonly handler: Handler;
  readonly address: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly serving: KeyPair;
  /** PEM: who signs client certificates. */
  readonly clientCA: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface KubeletListener {
  readonly port: number;
  close(): Promise<void>;
}

export async function listenKubelet(options: ListenerOptions): Promise<KubeletListener> {
  const { handler, address, port, serving, clientCA, log, signal } = options;
  const app = express().disable('x-powered-by');
  app.use((req, res) => void serve(req, res, handler, log));
  const server = createServer({ cert: serving.cert, key: serving.key, ca: clientCA, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.2' }, app);
  server.on('upgrade', (req, socket: Duplex, head: Buffer) => void upgrade(req, socket, head, handler, log));
  server.listen(port, address);
  await once(server, 'listening');
  const close = async (): Promise<void> => stop(server);
  signal.addEventListener('abort', () => void close(), { once: true });
  return { port: (server.address() as AddressInfo).port, close };
}

async function stop(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Certificates count only when TLS verified them. */
function received(req: IncomingMessage, gone: AbortSignal): Received {
  const socket = req.socket as TLSSocket;
  const peer = socket.authorized ? socket.getPeerX509Certificate() : undefined;
  const [rawPath = '/', rawQuery = ''] = (req.url ?? '/').split(/\?(.*)/s);
  return {
    method: req.method ?? 'GET',
    rawPath,
    rawQuery,
    headers: Object.fromEntries(Object.entries(req.headers).map(([k, v]) => [k, Array.isArray(v) ? v.join(', ') : v])) as RequestHeaders,
    body: { bytes: (limit) => readBody(req, limit), stream: () => req },
    connection: { remoteAddress: socket.remoteAddress ?? '', protocol: 'http/1.1', peerCertificates: peer ? [peer.raw] : [] },
    accepts: 'bytes',
    signal: gone,
  };
}

async function readBody(req: IncomingMessage, limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function serve(req: Request, res: Response, handler: Handler, log: Log): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort(new Error('the client has gone')));
  try {
    await send(await handler(received(req, gone.signal)), res);
  } catch (error) {
    if (!gone.signal.aborted) log.error('a request to the kubelet failed', error, { path: req.path });
    res.destroy();
  }
}

async function send({ status, headers, body }: ApiResponse, res: Response): Promise<void> {
  res.writeHead(status, headers as Record<string, string | string[]>);
  if (body.kind === 'bytes') res.end(body.bytes);
  else if (body.kind === 'stream') {
    res.flushHeaders();
    await pipeline(Readable.from(body.chunks), res);
  } else res.end();
}

async function upgrade(req: IncomingMessage, socket: Duplex, head: Uint8Array, handler: Handler, log: Log): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort(new Error('the client has gone')));
  socket.on('error', (error) => log.debug('an upgraded connection broke', { why: error.message }));
  try {
    const response = await handler(received(req, gone.signal));
    const isUpgrade = response.body.kind === 'upgrade';
    const lines = Object.entries(isUpgrade ? response.headers : { ...response.headers, Connection: 'close' }).map(([name, value]) => `${name}: ${String(value)}`);
    socket.write(`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`);
    if (response.body.kind === 'upgrade') {
      if (head.length > 0) socket.unshift(head);
      await response.body.accept(duplexOf(socket));
    } else socket.end(response.body.kind === 'bytes' ? response.body.bytes : undefined);
  } catch (error) {
    if (!gone.signal.aborted) log.warn('an upgraded connection to the kubelet failed', { why: error instanceof Error ? error.message : String(error) });
    socket.destroy();
  }
}

export function duplexOf(socket: Duplex): DuplexStream {
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
