/** Many HTTP/2 streams over few connections: what a fleet of kubelets costs the server, without costing the driver much. */
import http2 from 'node:http2';
import tls from 'node:tls';
import { loadKubeconfig } from '../../../client/kubeconfig.ts';
import { nodeTls } from '../../../client/transport/wire.ts';

export interface Reply {
  readonly status: number;
  readonly text: string;
}

export interface Fetch {
  readonly method?: string;
  readonly body?: string;
  readonly contentType?: string;
}

const WINDOW = 1 << 20;
/** Upstream takes no more than 100 on one connection. */
const MAX_STREAMS = 90;

type Open = () => Promise<http2.ClientHttp2Session>;

export class Wire {
  readonly #sessions: http2.ClientHttp2Session[] = [];
  readonly #open: Open;
  #turn = 0;
  #isClosed = false;
  /** Connections that the server closed. */
  lost = 0;

  private constructor(open: Open) {
    this.#open = open;
  }

  /** A connection that ends is replaced. */
  async #connect(): Promise<void> {
    const session = await this.#open();
    this.#sessions.push(session);
    session.on('error', (error) => console.log(`  a connection broke: ${error.message}`));
    session.once('close', () => {
      this.#sessions.splice(this.#sessions.indexOf(session), 1);
      if (this.#isClosed) return;
      this.lost++;
      void this.#connect();
    });
  }

  /** `streams`: how many are open at once at most. */
  static async open(kubeconfig: string, streams: number): Promise<Wire> {
    const { http } = loadKubeconfig(kubeconfig);
    const base = new URL(http.server);
    const count = Math.max(1, Math.ceil(streams / MAX_STREAMS));
    const open = async (): Promise<http2.ClientHttp2Session> => {
      const socket = tls.connect({ host: base.hostname, port: Number(base.port), ALPNProtocols: ['h2'], ...nodeTls(http.tls) });
      await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
      const session = http2.connect(base.origin, { createConnection: () => socket, settings: { initialWindowSize: WINDOW }, maxSessionMemory: 256 });
      session.setLocalWindowSize(WINDOW * 64);
      return session;
    };
    const wire = new Wire(open);
    await Promise.all(Array.from({ length: count }, () => wire.#connect()));
    return wire;
  }

  stream(path: string, { method = 'GET', body, contentType = 'application/json' }: Fetch = {}): http2.ClientHttp2Stream {
    const usable = this.#sessions.filter((s) => !s.closed && !s.destroyed);
    const session = usable[this.#turn++ % usable.length];
    if (!session) throw new Error('no connection is left');
    const headers = { ':method': method, ':path': path, accept: 'application/json', 'user-agent': 'fleet', ...(body !== undefined && { 'content-type': contentType }) };
    const stream = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    return stream;
  }

  fetch(path: string, options?: Fetch): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const stream = this.stream(path, options);
      let status = 0;
      const chunks: Buffer[] = [];
      stream.on('response', (headers) => (status = Number(headers[':status'])));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => resolve({ status, text: Buffer.concat(chunks).toString() }));
      stream.on('error', reject);
      stream.on('close', () => reject(new Error(`${options?.method ?? 'GET'} ${path}: the stream was closed`)));
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const session of [...this.#sessions]) session.destroy();
  }
}

/** Runs `work` for 0 … count - 1, so many at once. */
export async function inParallel(count: number, atOnce: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, lane));
}
