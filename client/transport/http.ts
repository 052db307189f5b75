/**
 * The API over a socket: HTTP/2 where the server offers it (one connection, many streams), else HTTP/1.1 with kept-alive connections; WebSocket for exec, attach and port-forward.
 * Behaves like upstream client-go/transport.
 */
import type { Obj } from '../../apimachinery/meta.ts';
import type { Transport, TransportRequest, TransportResponse, WatchEventOf } from '../interface.ts';
import { newHttp1Sender } from './http1.ts';
import { newHttp2Sender } from './http2.ts';
import { concatBytes, decodeJson, encodeJson, framesOf } from './json.ts';
import { upgradeToWebSocket } from './websocket.ts';
import { nodeTls, type TlsOptions, type WireResponse, type WireSender } from './wire.ts';

export interface HttpOptions {
  /** `https://host:port`, perhaps with a path before the API's. */
  readonly server: string;
  readonly tls?: TlsOptions;
  /** The bearer token of each request, asked anew each time: it may be rotated. */
  readonly token?: () => string | undefined | Promise<string | undefined>;
  /** Sent with every request: `user-agent`, `impersonate-user`. Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return concatBytes(parts);
}

function toResponse({ status, headers, chunks }: WireResponse): TransportResponse {
  return {
    status,
    headers,
    object: async () => decodeJson(await all(chunks)),
    bytes: () => all(chunks),
    stream: () => chunks,
    events: (): AsyncIterable<readonly WatchEventOf<Obj>[]> => framesOf(chunks),
  };
}

export function newHttpTransport(options: HttpOptions): Transport {
  const base = new URL(options.server);
  const prefix = base.pathname.replace(/\/$/, '');
  const sender: WireSender = base.protocol === 'https:' ? newHttp2Sender(base, options.tls) : newHttp1Sender(base, options.tls);
  const pathOf = (request: TransportRequest): string => `${prefix}${request.path}${request.query === undefined || request.query.size === 0 ? '' : `?${request.query.toString()}`}`;
  const headersOf = async (request: TransportRequest): Promise<Record<string, string>> => {
    const token = await options.token?.();
    return {
      accept: 'application/json',
      'user-agent': 'k8ts',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(request.body && { 'content-type': 'application/json' }),
      ...options.headers,
      ...request.headers,
    };
  };
  return {
    async send(request) {
      const body = request.body === undefined ? undefined : 'bytes' in request.body ? request.body.bytes : encodeJson(request.body.object);
      const headers = await headersOf(request);
      return toResponse(await sender.send({ method: request.method, path: pathOf(request), headers, ...(body && { body }), ...(request.signal && { signal: request.signal }) }));
    },
    async upgrade(request, protocols) {
      const url = `${base.protocol === 'https:' ? 'wss:' : 'ws:'}//${base.host}${pathOf(request)}`;
      return upgradeToWebSocket({ url, protocols, headers: await headersOf(request), tls: nodeTls(options.tls), ...(request.signal && { signal: request.signal }) });
    },
    close() {
      sender.close();
      return Promise.resolve();
    },
  };
}
