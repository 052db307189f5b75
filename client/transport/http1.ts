/** HTTP/1.1 with kept-alive connections. */
import http from 'node:http';
import https from 'node:https';
import { nodeTls, type TlsOptions, type WireRequest, type WireResponse, type WireSender } from './wire.ts';

function headersOf(message: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(message.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]])));
}

export function newHttp1Sender(base: URL, tls: TlsOptions | undefined): WireSender {
  const secure = base.protocol === 'https:';
  const agent = secure ? new https.Agent({ keepAlive: true, ...nodeTls(tls) }) : new http.Agent({ keepAlive: true });
  const open = secure ? https.request : http.request;
  return {
    send: (request: WireRequest) =>
      new Promise<WireResponse>((resolve, reject) => {
        const outgoing = open(
          { agent, host: base.hostname.replace(/^\[|\]$/g, ''), port: base.port, method: request.method, path: request.path, headers: { ...request.headers, ...(request.body && { 'content-length': String(request.body.length) }) }, ...(request.signal && { signal: request.signal }) },
          (message) => resolve({ status: message.statusCode ?? 0, headers: headersOf(message), chunks: message }),
        );
        outgoing.once('error', (error) => reject(request.signal?.aborted === true ? (request.signal.reason as Error) : error));
        outgoing.end(request.body);
      }),
    close: () => agent.destroy(),
  };
}
