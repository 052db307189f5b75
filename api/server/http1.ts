/** HTTP/1.1 requests and upgrades. */
import { ServerResponse, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiResponse, Connection, Handler } from '../../apimachinery/http.ts';
import { duplexOf } from './duplex.ts';
import { bodyOf, emptyBody } from './request-body.ts';
import { abandon, sendResponse, type Sink } from './response-body.ts';
import { hasNameLike, valuesOf, watchEnd, WireRequest, type LiveRequests } from './wire-request.ts';

/** Answers one request. Never rejects: a failure midway breaks the connection, so that the client cannot take it for a complete answer. */
export async function serveRequest(req: IncomingMessage, res: ServerResponse, connection: Connection, handler: Handler, live: LiveRequests, onError: (error: unknown) => void): Promise<void> {
  res.on('error', onError);
  try {
    const response = await handler(new MessageRequest(req, res, connection, live));
    if (res.destroyed) return abandon(response);
    await sendResponse(response, sinkOf(res), req.method ?? '', req.headers['accept-encoding'] as string | undefined);
    if (!res.writableEnded) res.end();
  } catch (error) {
    onError(error);
    res.destroy();
  }
}

/** Answers a request that asks for another protocol: 101 and the raw connection, or an ordinary answer, after which the connection closes. */
export async function serveUpgrade(req: IncomingMessage, socket: Duplex, head: Uint8Array, connection: Connection, handler: Handler, live: LiveRequests, onError: (error: unknown) => void): Promise<void> {
  socket.on('error', onError);
  try {
    const response = await handler(new MessageRequest(req, socket, connection, live));
    if (response.body.kind === 'upgrade') {
      socket.write(switchingProtocols(response));
      await response.body.accept(duplexOf(socket, head));
      return;
    }
    await refuse(req, socket, response);
  } catch (error) {
    onError(error);
    socket.destroy();
  }
}

async function refuse(req: IncomingMessage, socket: Duplex, response: ApiResponse): Promise<void> {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  res.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  res.once('finish', () => socket.end());
  await sendResponse(response, sinkOf(res), req.method ?? '', undefined);
  if (!res.writableEnded) res.end();
}

function switchingProtocols(response: ApiResponse): string {
  const lines = Object.entries(response.headers).flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map((v) => `${name}: ${v}`));
  return `HTTP/1.1 101 ${STATUS_CODES[101]}\r\n${lines.join('\r\n')}\r\n\r\n`;
}

class MessageRequest extends WireRequest {
  readonly #req: IncomingMessage;
  readonly #end: ServerResponse | Duplex;

  /** `end`: what closes when the exchange is over. */
  constructor(req: IncomingMessage, end: ServerResponse | Duplex, connection: Connection, live: LiveRequests) {
    const length = req.headers['content-length'];
    const hasBody = length !== undefined ? length !== '0' : req.headers['transfer-encoding'] !== undefined;
    const body = hasBody ? bodyOf(req, length === undefined ? Number.NaN : Number(length)) : emptyBody;
    super(req.method ?? 'GET', req.url ?? '/', req.headers as Record<string, string>, body, connection, live);
    this.#req = req;
    this.#end = end;
  }

  allHeaders(name: string): readonly string[] {
    return valuesOf(this.#req.rawHeaders, name);
  }

  hasHeaderLike(prefix: string): boolean {
    return hasNameLike(this.#req.rawHeaders, prefix);
  }

  protected watch(gone: () => void, done: () => void): void {
    watchEnd(this.#end, gone, done);
  }
}

function sinkOf(res: ServerResponse): Sink {
  return {
    head: (status, headers, endStream) => {
      res.writeHead(status, headers as Record<string, string | string[]>);
      if (endStream) res.end();
      else if (headers['Content-Length'] === undefined) res.flushHeaders();
    },
    end: (bytes) => void res.end(bytes),
    writable: res,
  };
}
