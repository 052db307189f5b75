/** Probes one container for one purpose, while it runs; told of changes by the prober manager, it has no timer when there is nothing to probe. Behaves like upstream pkg/kubelet/prober/worker.go. */
import type { Clock, Timer } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Container, ContainerStatus, Pod } from '../container/pod.ts';
import type { Probe, Prober } from './prober.ts';
import type { ProbeResultsCache, ProbeType, Result } from './results.ts';

export interface WorkerHost {
  readonly clock: Clock;
  readonly log: Log;
  readonly prober: Prober;
  readonly results: ProbeResultsCache;
  podIP(uid: string): string;
  isStarted(podUid: string, container: string, containerId: string): boolean;
  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void;
}

const INITIAL: Readonly<Record<ProbeType, Result>> = { liveness: 'success', readiness: 'failure', startup: 'unknown' };
const TITLE: Readonly<Record<ProbeType, string>> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' };

export class ProbeWorker {
  readonly #host: WorkerHost;
  readonly #type: ProbeType;
  readonly #container: Container;
  readonly #probe: Probe;
  #pod: Pod;
  #containerId = '';
  #startedAt = 0;
  #timer: Timer | undefined;
  #probing = false;
  #stopped = false;
  /** No probe until there is a new container. */
  #onHold = false;
  #hasRun = false;
  #last: Result | undefined;
  #run = 0;

  constructor(type: ProbeType, pod: Pod, container: Container, probe: Probe, host: WorkerHost) {
    this.#type = type;
    this.#pod = pod;
    this.#container = container;
    this.#probe = probe;
    this.#host = host;
  }

  /** The container's newest status: starts and stops probing. */
  observe(pod: Pod, status: ContainerStatus): void {
    this.#pod = pod;
    const id = status.containerID?.replace(/^.*:\/\//, '') ?? '';
    if (id === '' || this.#stopped) return;
    if (id !== this.#containerId) this.#begin(id);
    if (!status.state.running) {
      this.#timer?.stop();
      this.#timer = undefined;
      this.#host.results.set(this.#type, id, pod.metadata.uid, 'failure');
      return;
    }
    this.#startedAt = Date.parse(status.state.running.startedAt ?? '') || this.#host.clock.now();
    if (this.#timer || this.#onHold || this.#probing) {
      if (this.#type !== 'readiness' || this.#hasRun || this.#onHold || this.#probing) return;
      this.#timer?.stop();
    }
    this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.stop();
    this.#timer = undefined;
    if (this.#containerId !== '') this.#host.results.remove(this.#type, this.#containerId);
  }

  #begin(id: string): void {
    this.#timer?.stop();
    this.#timer = undefined;
    if (this.#containerId !== '') this.#host.results.remove(this.#type, this.#containerId);
    this.#containerId = id;
    this.#onHold = false;
    this.#hasRun = false;
    this.#last = undefined;
    this.#run = 0;
    this.#host.results.set(this.#type, id, this.#pod.metadata.uid, INITIAL[this.#type]);
  }

  /** Not before the initial delay. */
  #schedule(ms: number): void {
    const delay = this.#startedAt + (this.#probe.initialDelaySeconds ?? 0) * 1000 - this.#host.clock.now();
    this.#timer = this.#host.clock.after(Math.max(ms, delay, 0), () => void this.#tick());
  }

  async #tick(): Promise<void> {
    this.#timer = undefined;
    const id = this.#containerId;
    const started = this.#host.isStarted(this.#pod.metadata.uid, this.#container.name, id);
    if (this.#type === 'startup' ? !started : started) {
      this.#probing = true;
      await this.#probeOnce(id);
      this.#probing = false;
    }
    if (!this.#stopped && !this.#onHold && id === this.#containerId && !this.#timer && (this.#type !== 'startup' || !started)) this.#schedule((this.#probe.periodSeconds ?? 10) * 1000);
  }

  async #probeOnce(id: string): Promise<void> {
    const { host, pod, container, probe } = { host: this.#host, pod: this.#pod, container: this.#container, probe: this.#probe };
    let result: Result;
    try {
      const outcome = await host.prober.probe(probe, { container, containerId: id, podIP: host.podIP(pod.metadata.uid) });
      if (id !== this.#containerId || this.#stopped) return;
      result = outcome.result === 'failure' ? 'failure' : 'success';
      if (outcome.result === 'failure') host.event(pod, 'Warning', 'Unhealthy', `${TITLE[this.#type]} probe failed: ${outcome.output}`, container.name);
      if (outcome.result === 'warning') host.event(pod, 'Warning', 'ProbeWarning', `${TITLE[this.#type]} probe warning: ${outcome.output}`, container.name);
    } catch (error) {
      if (id === this.#containerId && !this.#stopped) host.event(pod, 'Warning', 'Unhealthy', `${TITLE[this.#type]} probe errored and resulted in unknown state: ${error instanceof Error ? error.message : String(error)}`, container.name);
      return;
    }
    this.#hasRun = true;
    this.#count(result, id);
  }

  #count(result: Result, id: string): void {
    this.#run = this.#last === result ? this.#run + 1 : 1;
    this.#last = result;
    const threshold = result === 'failure' ? (this.#probe.failureThreshold ?? 3) : (this.#probe.successThreshold ?? 1);
    if (this.#run < threshold) return;
    if ((this.#type === 'liveness' && result === 'failure') || this.#type === 'startup') {
      this.#onHold = true;
      this.#run = 0;
    }
    this.#host.results.set(this.#type, id, this.#pod.metadata.uid, result);
  }
}
