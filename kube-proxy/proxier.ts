/**
 * kube-proxy: follows Services and EndpointSlices (./config) and keeps a backend (./backends) in step, one sync at a time; a failed one is tried again.
 * Behaves like upstream cmd/kube-proxy.
 */
import type { SharedInformers } from '../client/interface.ts';
import type { Clock } from '../component-base/clock.ts';
import { describeError, type Log } from '../component-base/log.ts';
import type { Backend } from './backends/interface.ts';
import { servicePorts, type Family, type NodeView, type ServicePort } from './config/service-port.ts';
import { Tracker } from './config/tracker.ts';

export interface ProxierOptions {
  readonly informers: SharedInformers;
  readonly backend: Backend;
  readonly node: NodeView;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Told after each successful sync; for the health-check ports of services. */
  onSynced?(ports: readonly ServicePort[]): void;
}

const MIN_SYNC_MS = 100;
const RETRY_MS = 1000;

class Proxier {
  readonly #options: ProxierOptions;
  readonly #tracker: Tracker;
  /** Families for which rules exist: one without services is left alone. */
  readonly #families = new Set<Family>();
  #running = false;
  #again = false;

  constructor(options: ProxierOptions) {
    this.#options = options;
    this.#tracker = new Tracker({ informers: options.informers, clock: options.clock, minSyncMs: MIN_SYNC_MS, onChange: () => this.#request() });
    options.signal.addEventListener('abort', () => this.#tracker.close(), { once: true });
  }

  /** A request during a sync makes one more follow. */
  #request(): void {
    if (this.#options.signal.aborted) return;
    this.#again = true;
    if (this.#running) return;
    this.#running = true;
    void this.#work().finally(() => (this.#running = false));
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#options.signal.aborted) {
      this.#again = false;
      try {
        await this.#sync();
      } catch (error) {
        this.#options.log.warn('programming services failed, trying again', { err: describeError(error) });
        this.#options.clock.after(RETRY_MS, () => this.#request());
        return;
      }
    }
  }

  async #sync(): Promise<void> {
    const { backend, node, onSynced } = this.#options;
    const services = this.#tracker.services();
    const all: ServicePort[] = [];
    for (const family of ['IPv4', 'IPv6'] as const) {
      const ports = servicePorts(services, (s) => this.#tracker.slicesOf(s), family, node);
      if (ports.length === 0 && !this.#families.has(family)) continue;
      await backend.sync(family, ports);
      this.#families.add(family);
      all.push(...ports);
    }
    onSynced?.(all);
  }
}

/** Starts following; everything ends with `signal`, the rules stay (as upstream's do) until the backend's cleanup. */
export function startProxier(options: ProxierOptions): void {
  void new Proxier(options);
  options.log.debug('kube-proxy follows services', { node: options.node.nodeName });
}
