/**
 * The API port: one TLS port that speaks HTTP/2 and HTTP/1.1 (chosen by ALPN) between sockets and the handler chain (./chain.ts).
 * TLS and HTTP run in the main thread: docs/design/0001. Behaves like upstream apiserver/pkg/server/secure_serving.go.
 */
import { createServer as createHttp1Server, type Server as Http1Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import type { Connection, Handler } from '../../apimachinery/http.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { connectionOf } from './connection.ts';
import { serveRequest, serveUpgrade } from './http1.ts';
import { ConnectionError } from '../../component-base/http2/error.ts';
import { Http2Connection } from './http2/connection.ts';
import { LaterAnswers, serveStream, type StreamSetting } from './http2/request.ts';
import type { LiveRequests } from './wire-request.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: {
    /** PEM; chains leaf first. */
    readonly key: string;
    readonly cert: string;
    /** PEM of the authorities whose client certificates are believed; absent: no client certificate is asked for. */
    readonly clientCA?: string;
    readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
    readonly cipherSuites?: readonly string[];
  };
  readonly handler: Handler;
  readonly clock: Clock;
  readonly log: Log;
  /** Default 1000 (--http2-max-streams-per-connection). */
  readonly maxStreamsPerConnection?: number;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Takes no new connection, ends watches, lets requests finish for up to `graceMs` (default 5 s), then cuts. Idempotent. */
  close(graceMs?: number): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 32_000;
const IDLE_TIMEOUT_MS = 90_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_STREAMS = 1000;

/** Errors of clients that went away are no news. */
const QUIET = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_WRITE_AFTER_END', 'ABORT_ERR']);

/** Resolves once the port accepts connections; rejects with a clear error when the port is taken or not allowed. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const live: LiveRequests = new Set();
  const connections = new Set<Http2Connection>();
  const sockets = new Set<TLSSocket>();
  const onError = errorLogger(options.log);
  const shared = { handler: options.handler, live, later: new LaterAnswers(), onError };
  const busy = new Set<object>();
  const http1 = http1Server(options, live, busy, onError);
  const server = createTlsServer({
    key: options.tls.key,
    cert: options.tls.cert,
    ...(options.tls.clientCA !== undefined && { ca: options.tls.clientCA, requestCert: true, rejectUnauthorized: false }),
    ...(options.tls.cipherSuites && { ciphers: options.tls.cipherSuites.join(':') }),
    minVersion: options.tls.minVersion ?? 'TLSv1.2',
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    noDelay: true,
    keepAlive: true,
  });
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', onError);
    if (socket.alpnProtocol !== 'h2') {
      socket.setTimeout(HEADERS_TIMEOUT_MS, () => socket.destroy());
      http1.emit('connection', socket);
    } else serveHttp2(socket, connections, options, shared);
  });
  server.on('tlsClientError', onError);
  await started(server, options);
  const address = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    host: options.host,
    port: address.port,
    close: (graceMs = 5000) => (closing ??= shutDown({ server, connections, sockets, busy, live, clock: options.clock }, graceMs)),
  };
}

function errorLogger(log: Log): (error: unknown) => void {
  return (error) => {
    const code = (error as { code?: unknown }).code;
    if (error instanceof ConnectionError) log.debug('connection error', { error: error.message });
    else if (typeof code === 'string' && (QUIET.has(code) || code.startsWith('ERR_SSL'))) log.debug('connection error', { code });
    else log.error('connection error', error);
  };
}

/** `busy` holds the sockets on which a request is being answered. */
function http1Server(options: ListenOptions, live: LiveRequests, busy: Set<object>, onError: (error: unknown) => void): Http1Server {
  const server = createHttp1Server({ requestTimeout: 0, keepAliveTimeout: IDLE_TIMEOUT_MS });
  const connections = new WeakMap<object, Connection>();
  const connectionFor = (socket: object): Connection => {
    let connection = connections.get(socket);
    if (!connection) connections.set(socket, (connection = connectionOf(socket as TLSSocket)));
    return connection;
  };
  server.on('request', (req, res) => {
    req.socket.setTimeout(0);
    busy.add(req.socket);
    res.once('close', () => busy.delete(req.socket));
    void serveRequest(req, res, connectionFor(req.socket), options.handler, live, onError);
  });
  server.on('upgrade', (req, socket, head) => {
    req.socket.setTimeout(0);
    busy.add(req.socket);
    void serveUpgrade(req, socket, head, connectionFor(req.socket), options.handler, live, onError);
  });
  return server;
}

function serveHttp2(socket: TLSSocket, connections: Set<Http2Connection>, { clock, maxStreamsPerConnection: maxStreams = MAX_STREAMS }: ListenOptions, shared: Omit<StreamSetting, 'connection'>): void {
  const setting: StreamSetting = { ...shared, connection: connectionOf(socket) };
  const connection = new Http2Connection({
    socket,
    clock,
    maxStreams,
    onRequest: (stream, headers, fields) => serveStream(setting, stream, headers, fields),
    onError: setting.onError,
  });
  connections.add(connection);
  socket.once('close', () => connections.delete(connection));
}

function started(server: ReturnType<typeof createTlsServer>, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen({ host, port, backlog: 1024 }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`port ${port} on ${host} is already in use: stop what listens there, or choose another port (0 takes any free one)`, { cause: error });
  if (error.code === 'EACCES') return new Error(`port ${port} on ${host} may not be opened by this user: choose a port above 1023, or run with the right to bind it`, { cause: error });
  return new Error(`cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
}

interface Running {
  readonly server: ReturnType<typeof createTlsServer>;
  readonly connections: ReadonlySet<Http2Connection>;
  readonly sockets: ReadonlySet<TLSSocket>;
  readonly busy: ReadonlySet<object>;
  readonly live: LiveRequests;
  readonly clock: Clock;
}

async function shutDown({ server, connections, sockets, busy, live, clock }: Running, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const controller of live) controller.abort(new Error('the server is shutting down'));
  live.clear();
  for (const connection of connections) connection.close();
  for (const socket of sockets) if (socket.alpnProtocol !== 'h2') endWhenIdle(socket, busy);
  const cut = clock.after(graceMs, () => {
    for (const socket of sockets) socket.destroy();
  });
  await closed;
  cut.stop();
}

/** A connection that waits for its next request is closed now, another one behind its answer. */
function endWhenIdle(socket: TLSSocket, busy: ReadonlySet<object>): void {
  if (!busy.has(socket)) socket.end();
  else socket.on('drain', () => busy.has(socket) || socket.end());
}
