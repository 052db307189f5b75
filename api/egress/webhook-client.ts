/**
 * POSTs JSON to webhooks, for admission (api/admission/webhook) and whoever else asks one; reaches services as ./service-address.ts finds them.
 * Behaves like upstream apiserver/pkg/util/webhook/client.go.
 */
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { rootCertificates } from 'node:tls';
import type { ApiResponse, Handler, Received } from '../../apimachinery/http.ts';
import { decodeBase64 } from '../../apimachinery/schema/base64.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Stores } from '../../registry/generic/context.ts';
import { goErrorText } from './go-errors.ts';
import { resolveService, type ServiceAddress } from './service-address.ts';

/** A webhook's clientConfig. */
export interface WebhookTarget {
  readonly url?: string | null | undefined;
  readonly service?: { readonly namespace: string; readonly name: string; readonly path?: string | null | undefined; readonly port?: number | null | undefined } | null | undefined;
  /** PEM in base64. Absent: the machine's authorities. */
  readonly caBundle?: string | null | undefined;
}

export interface WebhookCall {
  /** JSON. */
  readonly body: string;
  /** Told to the backend, too. */
  readonly timeoutSeconds?: number | undefined;
  readonly signal: AbortSignal;
}

export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** The answer never came. The message is Go's: `Post "https://…": dial tcp …`. */
export class WebhookCallError extends Error {
  override readonly name = 'WebhookCallError';
  /** The request that led here ended first. */
  readonly isCanceled: boolean;

  constructor(message: string, isCanceled: boolean, cause?: unknown) {
    super(message, { cause });
    this.isCanceled = isCanceled;
  }
}

export interface WebhookClientDeps {
  readonly stores: Stores;
  readonly clock: Clock;
  readonly rand: Rand;
  /** Asked first: what answers at a pod's address without a network, if anything does. */
  localAddress?(url: URL): Handler | undefined;
}

interface Route {
  /** `https://name.ns.svc:443` */
  readonly origin: string;
  readonly path: string;
  readonly serverName?: string;
  /** Made anew for each connection. */
  resolve?(): ServiceAddress;
}

const DEADLINE = new Error('context deadline exceeded');
const MAX_AGENTS = 200;

export class WebhookClient {
  readonly #deps: WebhookClientDeps;
  readonly #agents = new Map<string, Agent>();

  constructor(deps: WebhookClientDeps) {
    this.#deps = deps;
  }

  /** Throws WebhookCallError. */
  async post(target: WebhookTarget, call: WebhookCall): Promise<WebhookAnswer> {
    const route = this.#routeTo(target);
    const query = call.timeoutSeconds === undefined ? '' : `?timeout=${call.timeoutSeconds}s`;
    const asked = `Post ${JSON.stringify(`${route.origin}${route.path}${query}`)}: `;
    const limit = this.#limit(call);
    let shown: string | undefined;
    try {
      const address = route.resolve?.();
      shown = address?.shown;
      const url = new URL(`${address === undefined ? route.origin : `https://${address.dialled ?? nobodyAt(shown)}`}${route.path}${query}`);
      const local = this.#deps.localAddress?.(url);
      return await (local ? collected(await local(received(url, call.body, limit.signal))) : this.#send(url, route, target.caBundle ?? '', call.body, limit.signal));
    } catch (error) {
      const canceled = call.signal.aborted;
      const why = limit.signal.aborted ? (canceled ? 'context canceled' : DEADLINE.message) : goErrorText(error, { address: shown, now: this.#deps.clock.now() });
      throw new WebhookCallError(`${asked}${why}`, canceled, error);
    } finally {
      limit.end();
    }
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #routeTo({ service, url }: WebhookTarget): Route {
    if (!service) {
      const { protocol, host, pathname } = new URL(url ?? '');
      return { origin: `${protocol}//${host}`, path: cleaned(pathname) };
    }
    const { namespace, name, path, port } = service;
    const serverName = `${name}.${namespace}.svc`;
    const resolve = (): ServiceAddress => resolveService(this.#deps.stores, this.#deps.rand, { namespace, name }, port ?? 443);
    return { origin: `https://${serverName}:${port ?? 443}`, path: cleaned(path ?? ''), serverName, resolve };
  }

  /** Ends with the request, or when the webhook has had its time. */
  #limit({ timeoutSeconds, signal }: WebhookCall): { readonly signal: AbortSignal; end(): void } {
    const controller = new AbortController();
    const abort = (): void => controller.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const timer = timeoutSeconds === undefined ? undefined : this.#deps.clock.after(timeoutSeconds * 1000, () => controller.abort(DEADLINE));
    return {
      signal: controller.signal,
      end() {
        timer?.stop();
        signal.removeEventListener('abort', abort);
      },
    };
  }

  #send(url: URL, route: Route, caBundle: string, body: string, signal: AbortSignal): Promise<WebhookAnswer> {
    const options: RequestOptions = {
      method: 'POST',
      headers: { accept: 'application/json, */*', 'content-type': 'application/json', 'content-length': new TextEncoder().encode(body).length, 'user-agent': 'kube-apiserver-admission', ...(route.serverName !== undefined && { host: new URL(route.origin).host }) },
      agent: this.#agent(caBundle, route.serverName ?? ''),
      signal,
    };
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(url, options);
      outgoing.once('error', reject);
      outgoing.once('response', (response) => void collectedFrom(response).then(resolve, reject));
      outgoing.end(body);
    });
  }

  /** Connections are kept per authority and server name; the oldest go first. Any certificate of the bundle is trusted as it is, the server's own too. */
  #agent(caBundle: string, serverName: string): Agent {
    const id = `${serverName} ${caBundle}`;
    let agent = this.#agents.get(id);
    if (agent) return agent;
    const [oldest] = this.#agents;
    if (oldest && this.#agents.size >= MAX_AGENTS) {
      oldest[1].destroy();
      this.#agents.delete(oldest[0]);
    }
    agent = new Agent({ keepAlive: true, ca: caBundle === '' ? [...rootCertificates] : pemOf(caBundle), allowPartialTrustChain: true, ...(serverName !== '' && { servername: serverName }) });
    this.#agents.set(id, agent);
    return agent;
  }
}

/** A service proxy refuses connections to a service without endpoints. */
function nobodyAt(address: string | undefined): never {
  throw Object.assign(new Error(`nobody is behind ${address ?? 'the service'}`), { code: 'ECONNREFUSED', syscall: 'connect' });
}

/** Go's path.Join("/", path). */
function cleaned(path: string): string {
  return new URL(`https://host/${path.split('/').filter((part) => part !== '').join('/')}`).pathname;
}

function pemOf(caBundle: string): string {
  const bytes = decodeBase64(caBundle);
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '';
}

async function collectedFrom(response: IncomingMessage): Promise<WebhookAnswer> {
  return { status: response.statusCode ?? 0, contentType: response.headers['content-type'] ?? '', bytes: await joined(response as AsyncIterable<Uint8Array>) };
}

async function collected({ status, headers, body }: ApiResponse): Promise<WebhookAnswer> {
  const contentType = String(headers['content-type'] ?? headers['Content-Type'] ?? '');
  if (body.kind === 'bytes') return { status, contentType, bytes: body.bytes };
  return { status, contentType, bytes: body.kind === 'stream' ? await joined(body.chunks as AsyncIterable<Uint8Array>) : new Uint8Array() };
}

async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  const out = new Uint8Array(all.reduce((n, chunk) => n + chunk.length, 0));
  all.reduce((at, chunk) => (out.set(chunk, at), at + chunk.length), 0);
  return out;
}

function received(url: URL, body: string, signal: AbortSignal): Received {
  const bytes = new TextEncoder().encode(body);
  return {
    method: 'POST',
    rawPath: url.pathname,
    rawQuery: url.search.slice(1),
    headers: { host: url.host, 'content-type': 'application/json', 'content-length': String(bytes.length) },
    body: {
      bytes: () => Promise.resolve(bytes),
      async *stream() {
        yield bytes;
      },
    },
    connection: { remoteAddress: '127.0.0.1', protocol: 'in-process', peerCertificates: [] },
    accepts: 'bytes',
    signal,
  };
}
