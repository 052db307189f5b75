/** The workers of the node's pods, by uid. Between kubelet.ts (API changes), pleg/ and prober/ (which poke) and pod-worker.ts. Behaves like upstream pkg/kubelet/pod_workers.go. */
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Pod } from '../container/pod.ts';
import { PodWorker, type Eviction, type PodSyncer, type WorkerState } from './pod-worker.ts';

export interface PodWorkersOptions {
  readonly syncer: PodSyncer;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  onState(pod: Pod, state: WorkerState): void;
}

export class PodWorkers {
  readonly #options: PodWorkersOptions;
  readonly #workers = new Map<string, PodWorker>();

  constructor(options: PodWorkersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#workers.size;
  }

  get(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  /** Pods whose containers run or may run. */
  active(): Pod[] {
    return [...this.#workers.values()].filter((w) => w.state === 'syncing' || w.state === 'terminating').map((w) => w.pod);
  }

  pods(): Pod[] {
    return [...this.#workers.values()].filter((w) => !w.isRemoved).map((w) => w.pod);
  }

  couldHaveRunningContainers(uid: string): boolean {
    const state = this.#workers.get(uid)?.state;
    return state === 'syncing' || state === 'terminating';
  }

  /** Makes the pod's worker when there is none. */
  update(pod: Pod): void {
    this.#ensure(pod).update(pod);
  }

  /** A pod that may not run here. */
  reject(pod: Pod): void {
    this.#ensure(pod).finish();
  }

  remove(uid: string): void {
    this.#workers.get(uid)?.remove();
  }

  evict(uid: string, eviction: Eviction, gracePeriod?: number): void {
    this.#workers.get(uid)?.evict(eviction, gracePeriod);
  }

  poke(uid: string): void {
    const worker = this.#workers.get(uid);
    if (worker?.state === 'syncing') worker.poke();
  }

  #ensure(pod: Pod): PodWorker {
    const { uid } = pod.metadata;
    const known = this.#workers.get(uid);
    if (known) return known;
    const { syncer, clock, log, signal } = this.#options;
    const worker: PodWorker = new PodWorker(pod, { syncer, clock, log, signal, onState: (state) => this.#onState(worker, state) });
    this.#workers.set(uid, worker);
    return worker;
  }

  #onState(worker: PodWorker, state: WorkerState): void {
    if (worker.isDone) this.#workers.delete(worker.pod.metadata.uid);
    this.#options.onState(worker.pod, state);
  }
}
