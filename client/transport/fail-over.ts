/**
 * Several servers of one cluster behind one transport: the one in use is left for the next when it cannot be reached or does not answer, and for one that is ready when it is not. Over ./http.ts.
 * Upstream's clients leave this to a load balancer.
 */
import type { Clock, Timer } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Transport, TransportRequest, TransportResponse } from '../interface.ts';

export interface FailOverOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds from a probe of the server in use to the next; 3 s. */
  readonly probeEvery?: number;
  /** Milliseconds after which a probe has failed; 3 s. */
  readonly probeTimeout?: number;
}

/** So many probes in a row must find it not ready, the second soon after the first: who holds a lease has little time. */
const UNREADY_PROBES = 2;
const SECOND_PROBE_MS = 1000;

const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** `transports`: one a server, the preferred one first. A request that certainly was not sent, and any read, is repeated at the next server; a write whose fate nobody knows fails. */
export function newFailOverTransport(transports: readonly Transport[], options: FailOverOptions): Transport {
  const servers = new FailOver(transports, options);
  return {
    send: (request) => servers.send(request),
    upgrade: (request, protocols) => servers.current.upgrade(request, protocols),
    close: () => servers.close(),
  };
}

class FailOver {
  readonly #transports: readonly Transport[];
  readonly #options: FailOverOptions;
  #timer: Timer;
  #index = 0;
  #isClosed = false;
  /** How many probes in a row found the server in use not ready. */
  #unready = 0;

  constructor(transports: readonly Transport[], options: FailOverOptions) {
    if (transports.length === 0) throw new Error('a fail-over list needs a server');
    this.#transports = transports;
    this.#options = options;
    this.#timer = this.#probeLater();
  }

  get current(): Transport {
    return this.#transports[this.#index] as Transport;
  }

  async send(request: TransportRequest): Promise<TransportResponse> {
    for (let tries = 1; ; tries++) {
      const index = this.#index;
      try {
        return await this.current.send(request);
      } catch (error) {
        if (request.signal?.aborted === true) throw error;
        await this.#leave(index, error);
        if (tries >= this.#transports.length || !mayRepeat(request, error)) throw error;
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.stop();
    await Promise.all(this.#transports.map((t) => t.close()));
  }

  /** What is under way there, watches included, ends: it goes on at the next server. */
  async #leave(index: number, error: unknown, to = (index + 1) % this.#transports.length): Promise<void> {
    if (index !== this.#index) return;
    this.#index = to;
    this.#unready = 0;
    this.#options.log.warn('a server is left for another', { err: error instanceof Error ? error.message : String(error) });
    await (this.#transports[index] as Transport).close();
  }

  /** A server that is frozen keeps its connections, and one that has lost its store goes on to answer. */
  async #probe(): Promise<void> {
    const index = this.#index;
    try {
      this.#unready = (await this.#isReady(index)) ? 0 : this.#unready + 1;
      if (this.#unready >= UNREADY_PROBES) await this.#leaveForReady(index);
    } catch (error) {
      await this.#leave(index, error);
    } finally {
      if (!this.#isClosed) this.#timer = this.#probeLater();
    }
  }

  #probeLater(): Timer {
    const { clock, probeEvery = 3000 } = this.#options;
    return clock.after(this.#unready === 1 ? Math.min(SECOND_PROBE_MS, probeEvery) : probeEvery, () => void this.#probe());
  }

  /** Throws when it does not answer. */
  async #isReady(index: number): Promise<boolean> {
    const late = new AbortController();
    const timer = this.#options.clock.after(this.#options.probeTimeout ?? 3000, () => late.abort(new Error('no answer to a probe')));
    try {
      const response = await (this.#transports[index] as Transport).send({ method: 'GET', path: '/readyz', signal: late.signal });
      await response.bytes();
      return response.status < 500;
    } finally {
      timer.stop();
    }
  }

  /** Where none is ready, none is better. */
  async #leaveForReady(index: number): Promise<void> {
    const others = this.#transports.map((_, i) => (index + i) % this.#transports.length).slice(1);
    for (const other of others) {
      const isReady = await this.#isReady(other).catch((error: unknown) => this.#options.log.debug('another server does not answer either', { err: String(error) }));
      if (isReady === true) return this.#leave(index, new Error('it is not ready'), other);
    }
  }
}

function mayRepeat({ method }: TransportRequest, error: unknown): boolean {
  return method === 'GET' || NOT_SENT.has((error as { code?: string }).code ?? '');
}
