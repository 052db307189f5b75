/** One request to somewhere outside, with its answer streamed back; connections are kept. Redirects are never followed: the caller sees them. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { newServiceUnavailable } from '../../apimachinery/errors.ts';
import type { ApiResponse, DuplexStream, Received, ResponseHeaders } from '../../apimachinery/http.ts';
import { duplexOf } from '../server/duplex.ts';

export interface OutgoingTLS {
  /** PEM; absent: the peer's certificate is not verified (as upstream does for kubelets without --kubelet-certificate-authority). */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
  /** Verify against the machine's authorities. */
  readonly verify?: boolean;
}

/** Belong to one connection, or name the client to this server only. */
const NOT_FORWARDED = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'authorization', 'http2-settings', 'x-remote-user', 'x-remote-group', 'x-remote-uid']);
const NOT_RETURNED = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

export class HttpClient {
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: 64 });
  readonly #https = new Map<OutgoingTLS, HttpsAgent>();

  /** `target`: scheme, host and port. Rejects with ServiceUnavailable when it cannot be reached. */
  send(target: URL, request: Received, tls: OutgoingTLS): Promise<ApiResponse> {
    const upgrade = request.headers['upgrade'];
    const options: RequestOptions = {
      method: request.method,
      hostname: target.hostname.replace(/^\[|\]$/g, ''),
      port: target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : Number(target.port),
      path: request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`,
      headers: { ...forwardedHeaders(request), ...(upgrade !== undefined && { connection: 'Upgrade', upgrade }) },
      signal: request.signal,
    };
    const outgoing = target.protocol === 'https:' ? httpsRequest({ ...options, agent: upgrade === undefined ? this.#agent(tls) : false, ...tlsOptions(tls) }) : httpRequest({ ...options, agent: upgrade === undefined ? this.#http : false });
    return new Promise<ApiResponse>((resolve, reject) => {
      outgoing.once('error', (error) => reject(newServiceUnavailable(`error trying to reach service: ${error.message}`, error)));
      outgoing.once('response', (response) => resolve(answerOf(response)));
      outgoing.once('upgrade', (response, socket, head) => resolve(upgradeOf(response, socket, head)));
      writeBody(request, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : new Error(String(error))));
    });
  }

  close(): void {
    this.#http.destroy();
    for (const agent of this.#https.values()) agent.destroy();
  }

  #agent(tls: OutgoingTLS): HttpsAgent {
    let agent = this.#https.get(tls);
    if (!agent) this.#https.set(tls, (agent = new HttpsAgent({ keepAlive: true, maxFreeSockets: 64, ...tlsOptions(tls) })));
    return agent;
  }
}

function tlsOptions({ ca, cert, key, serverName, verify }: OutgoingTLS): object {
  return { ...(ca !== undefined && { ca, allowPartialTrustChain: true }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }), ...(serverName !== undefined && { servername: serverName }), rejectUnauthorized: ca !== undefined || verify === true };
}

function forwardedHeaders({ headers }: Received): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !name.startsWith(':') && !NOT_FORWARDED.has(name) && !name.startsWith('impersonate-') && !name.startsWith('x-remote-extra-')) out[name] = value;
  }
  return out;
}

async function writeBody(request: Received, outgoing: NodeJS.WritableStream & { end(): void }): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    for await (const chunk of request.body.stream()) if (!outgoing.write(chunk)) await new Promise((resolve) => outgoing.once('drain', resolve));
  }
  outgoing.end();
}

function returnedHeaders(response: IncomingMessage): ResponseHeaders {
  const headers: ResponseHeaders = {};
  for (const [name, value] of Object.entries(response.headers)) if (value !== undefined && !NOT_RETURNED.has(name)) headers[name] = value;
  return headers;
}

function answerOf(response: IncomingMessage): ApiResponse {
  return { status: response.statusCode ?? 502, headers: returnedHeaders(response), body: { kind: 'stream', chunks: response as AsyncIterable<Uint8Array> } };
}

/** The answer to the upgrade goes back as it came; then bytes flow both ways until one side ends. */
function upgradeOf(response: IncomingMessage, socket: Duplex, head: Uint8Array): ApiResponse {
  const peer = duplexOf(socket, head);
  socket.on('error', () => socket.destroy());
  const protocol = response.headers.upgrade ?? '';
  const headers: ResponseHeaders = { ...returnedHeaders(response), Connection: 'Upgrade', Upgrade: protocol };
  return { status: 101, headers, body: { kind: 'upgrade', protocol, accept: (client) => join(client, peer) } };
}

async function join(client: DuplexStream, peer: DuplexStream): Promise<void> {
  try {
    await Promise.all([copy(client, peer), copy(peer, client)]);
  } finally {
    client.destroy();
    peer.destroy();
  }
}

async function copy(from: DuplexStream, to: DuplexStream): Promise<void> {
  for await (const chunk of from.readable) await to.write(chunk);
  to.end();
}
