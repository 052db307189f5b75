/** Connections of sockets: plain, TLS and Unix. Neighbour: session.ts, which is told what they read. */
import { connect as connectPlain, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Pipe } from './session.ts';

/** PEM. */
export interface ClientTls {
  readonly ca?: Uint8Array;
  readonly cert?: Uint8Array;
  readonly key?: Uint8Array;
}

/** Where a server is: `https://host:2379`, `http://host:2379`, `host:2379`, `unix:///path`. */
export interface Target {
  readonly endpoint: string;
  readonly tls?: ClientTls;
}

export interface Dialled {
  /** The bytes are overwritten afterwards. */
  read(bytes: Uint8Array): void;
  /** Called once, after anything else. */
  closed(error: Error | undefined): void;
}

/** Of what is read at once; one buffer a connection. */
const READ_BUFFER = 256 << 10;

export function authorityOf({ endpoint }: Target): string {
  return endpoint.startsWith('unix:') ? 'localhost' : urlOf(endpoint).host;
}

export const schemeOf = ({ endpoint }: Target): 'http' | 'https' => (endpoint.startsWith('https://') ? 'https' : 'http');

const urlOf = (endpoint: string): URL => new URL(endpoint.includes('://') ? endpoint : `http://${endpoint}`);

/** What is written before the connection stands waits for it. */
export function dial(target: Target, dialled: Dialled): Pipe {
  const onread: OnReadOpts = {
    buffer: new Uint8Array(READ_BUFFER),
    callback(length, bytes) {
      dialled.read(bytes.subarray(0, length));
      return true;
    },
  };
  const socket = schemeOf(target) === 'https' ? dialTls(target, onread) : dialPlain(target, onread);
  socket.setNoDelay(true);
  let error: Error | undefined;
  socket.on('error', (e) => (error = e));
  socket.on('close', () => dialled.closed(error));
  socket.on('end', () => socket.destroy());
  socket.on('secureConnect', () => {
    if ((socket as TLSSocket).alpnProtocol !== 'h2') socket.destroy(new Error('the server does not speak HTTP/2'));
  });
  return {
    write: (bytes, written) => void socket.write(bytes, written),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

function dialPlain({ endpoint }: Target, onread: OnReadOpts): Socket {
  if (endpoint.startsWith('unix:')) return connectPlain({ path: endpoint.replace(/^unix:(\/\/)?/, ''), onread });
  return connectPlain({ ...placeOf(endpoint, 80), onread });
}

function dialTls({ endpoint, tls }: Target, onread: OnReadOpts): TLSSocket {
  const { host, port } = placeOf(endpoint, 443);
  const pem = (bytes: Uint8Array | undefined): Buffer | undefined => bytes && Buffer.from(bytes);
  const [ca, cert, key] = [pem(tls?.ca), pem(tls?.cert), pem(tls?.key)];
  // It is handed on to the socket below, which the types do not say.
  const options = { host, port, onread, ALPNProtocols: ['h2'], ...(isIP(host) === 0 && { servername: host }), ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  return connectTls(options);
}

function placeOf(endpoint: string, defaultPort: number): { host: string; port: number } {
  const { hostname, port } = urlOf(endpoint);
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? defaultPort : Number(port) };
}
