/**
 * One pod's life on the node, one step at a time: syncing, terminating, terminated, finished. Never two steps of a pod at once.
 * Behaves like upstream pkg/kubelet/pod_workers.go.
 */
import type { Clock, Timer } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { isTerminalPhase, type Pod } from '../container/pod.ts';

/**
 * syncing: containers are started and kept running. An error tries again later.
 * terminating: containers are being stopped. An error tries again: they must not be forgotten.
 * terminated: nothing runs; volumes go, the last status is reported.
 * finished: nothing is left to do but to wait for the API object to go.
 */
export type WorkerState = 'syncing' | 'terminating' | 'terminated' | 'finished';

export interface Eviction {
  readonly reason: string;
  readonly message: string;
}

export interface SyncOutcome {
  /** The pod has come to its end by itself. */
  readonly isTerminal?: boolean;
  /** Milliseconds after which to run again. */
  readonly retryAfterMs?: number | undefined;
}

export interface PodSyncer {
  syncPod(pod: Pod): Promise<SyncOutcome>;
  /** `gracePeriod` in seconds; undefined: the pod's own. */
  syncTerminatingPod(pod: Pod, options: { readonly gracePeriod: number | undefined; readonly evict: Eviction | undefined; readonly signal: AbortSignal }): Promise<void>;
  syncTerminatedPod(pod: Pod): Promise<void>;
  /** Removes what is left when both the API object and the containers are gone. */
  cleanUp(pod: Pod): Promise<void>;
}

export interface PodWorkerOptions {
  readonly syncer: PodSyncer;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The worker came to a new state. */
  onState(state: WorkerState): void;
}

const RETRY_MS = 1000;
const MAX_RETRY_MS = 60_000;

export class PodWorker {
  readonly #options: PodWorkerOptions;
  #pod: Pod;
  #state: WorkerState = 'syncing';
  /** Something has changed since the step that runs began. */
  #dirty = false;
  #running = false;
  #removed = false;
  #cleaned = false;
  #gracePeriod: number | undefined;
  #evict: Eviction | undefined;
  #timer: Timer | undefined;
  #failures = 0;
  /** Ends the waiting of a termination whose grace became shorter. */
  #attempt = new AbortController();

  constructor(pod: Pod, options: PodWorkerOptions) {
    this.#pod = pod;
    this.#options = options;
  }

  get pod(): Pod {
    return this.#pod;
  }

  get state(): WorkerState {
    return this.#state;
  }

  get isRemoved(): boolean {
    return this.#removed;
  }

  /** A newer object from the API. */
  update(pod: Pod): void {
    this.#pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
    if (deletionTimestamp !== undefined) this.#shorten(deletionGracePeriodSeconds);
    if (this.#state === 'syncing' && (deletionTimestamp !== undefined || isTerminalPhase(pod.status.phase))) this.#enter('terminating');
    this.poke();
  }

  /** A newer object that asks for nothing. */
  refresh(pod: Pod): void {
    this.#pod = pod;
  }

  /** The API object is gone: whatever runs must go, too. */
  remove(): void {
    this.#removed = true;
    if (this.#state === 'syncing') this.#enter('terminating');
    this.poke();
  }

  /** Ends the pod for the kubelet's own reasons. */
  evict(eviction: Eviction, gracePeriod: number | undefined): void {
    if (this.#state !== 'syncing') return;
    this.#evict = eviction;
    this.#gracePeriod = gracePeriod;
    this.#enter('terminating');
    this.poke();
  }

  /** A rejected pod: nothing ever ran. */
  finish(): void {
    this.#enter('finished');
  }

  /** Runs the step of the present state, now or after the one that runs. */
  poke(): void {
    this.#dirty = true;
    if (!this.#running) void this.#loop();
  }

  #shorten(seconds: number | undefined): void {
    if (seconds === undefined || (this.#gracePeriod !== undefined && seconds >= this.#gracePeriod)) return;
    const before = this.#gracePeriod;
    this.#gracePeriod = seconds;
    if (this.#state === 'terminating' && before !== undefined) this.#attempt.abort(new Error('the grace period became shorter'));
  }

  #enter(state: WorkerState): void {
    this.#state = state;
    this.#failures = 0;
    this.#options.onState(state);
  }

  async #loop(): Promise<void> {
    this.#running = true;
    this.#timer?.stop();
    while (this.#dirty && !this.#options.signal.aborted) {
      this.#dirty = false;
      try {
        await this.#step();
        this.#failures = 0;
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#running = false;
  }

  #failed(error: unknown): void {
    const { log, signal } = this.#options;
    if (signal.aborted) return;
    if (this.#attempt.signal.aborted) {
      this.#dirty = true;
      return;
    }
    log.warn('error syncing pod, skipping', { pod: `${this.#pod.metadata.namespace}/${this.#pod.metadata.name}`, state: this.#state, why: error instanceof Error ? error.message : String(error) });
    this.#later(Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** this.#failures++));
  }

  #later(ms: number): void {
    this.#timer?.stop();
    this.#timer = this.#options.clock.after(ms, () => this.poke());
  }

  async #step(): Promise<void> {
    const { syncer } = this.#options;
    switch (this.#state) {
      case 'syncing':
        await this.#sync();
        break;
      case 'terminating':
        this.#attempt = new AbortController();
        await syncer.syncTerminatingPod(this.#pod, { gracePeriod: this.#gracePeriod, evict: this.#evict, signal: this.#attempt.signal });
        this.#enter('terminated');
        this.#dirty = true;
        break;
      case 'terminated':
        await syncer.syncTerminatedPod(this.#pod);
        this.#enter('finished');
        this.#dirty = this.#removed;
        break;
      default:
        if (!this.#removed || this.#cleaned) return;
        await syncer.cleanUp(this.#pod);
        this.#cleaned = true;
        this.#options.onState('finished');
    }
  }

  async #sync(): Promise<void> {
    const { isTerminal, retryAfterMs } = await this.#options.syncer.syncPod(this.#pod);
    if (this.#state !== 'syncing') return;
    if (isTerminal) {
      this.#enter('terminating');
      this.#dirty = true;
    } else if (retryAfterMs !== undefined) this.#later(retryAfterMs);
  }

  /** Gone from the API, from the runtime and from the disk. */
  get isDone(): boolean {
    return this.#cleaned;
  }
}
