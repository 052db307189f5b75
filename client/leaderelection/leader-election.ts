/** One of several equal processes leads, as told by a Lease (./lease-lock.ts). Terms in a row: ./terms.ts. Behaves like upstream client-go/tools/leaderelection. */
import { isConflict } from '../../apimachinery/errors.ts';
import type { Key } from '../../apimachinery/meta.ts';
import { jittered } from '../../component-base/backoff.ts';
import type { Clock } from '../../component-base/clock.ts';
import { describeError, type Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Client } from '../interface.ts';
import { within } from './attempt.ts';
import { LeaseLock } from './lease-lock.ts';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly lease: Key;
  /** Unique among the candidates. */
  readonly identity: string;
  /** Milliseconds after which others may take a lease that was not renewed, in whole seconds; 15 s unless told. */
  readonly leaseDuration?: number;
  /** Milliseconds after which the leader gives up when it cannot renew; 10 s. */
  readonly renewDeadline?: number;
  /** Milliseconds between tries; 2 s. */
  readonly retryPeriod?: number;
  /** Gives the lease back when `signal` aborts, so that the next leader need not wait. */
  readonly releaseOnCancel?: boolean;
  /** Leads until its signal aborts. `mayAct` tells whether nobody else can have taken the lease yet: false at once after a pause of the process, before the signal aborts. */
  lead(signal: AbortSignal, mayAct: () => boolean): Promise<void>;
  onNewLeader?(identity: string): void;
}

const JITTER = 1.2;
/** No try is given less, whatever the renew deadline. */
const LEAST_ATTEMPT_MS = 1000;

export class LeaderElector {
  readonly #options: LeaderElectionOptions;
  readonly #lock: LeaseLock;
  readonly #renewDeadline: number;
  readonly #retryPeriod: number;
  /** What one try may take: a server that does not answer leaves time for others. */
  readonly #attemptTimeout: number;
  #reported = '';

  constructor(options: LeaderElectionOptions) {
    const { client, clock, lease, identity, leaseDuration = 15_000, renewDeadline = 10_000, retryPeriod = 2_000 } = options;
    if (leaseDuration < 1000 || leaseDuration <= renewDeadline) throw new Error('the lease duration must be a second at least, and greater than the renew deadline');
    if (renewDeadline <= retryPeriod * JITTER) throw new Error(`the renew deadline must be greater than ${JITTER} retry periods`);
    this.#options = options;
    this.#lock = new LeaseLock({ client, clock, lease, identity, seconds: Math.floor(leaseDuration / 1000) });
    this.#renewDeadline = renewDeadline;
    this.#retryPeriod = retryPeriod;
    this.#attemptTimeout = Math.max(LEAST_ATTEMPT_MS, renewDeadline / 2);
  }

  get isLeader(): boolean {
    return this.#lock.isOurs;
  }

  /** Whether the lease is ours and cannot have run out. */
  get mayAct(): boolean {
    return this.#lock.isHeld;
  }

  /** Waits to lead, leads once, and resolves when leadership ended (or rejects with what `lead` threw). */
  async run(signal: AbortSignal): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    const lost = new AbortController();
    const leading = AbortSignal.any([signal, lost.signal]);
    const work = this.#options.lead(leading, () => this.mayAct);
    const renewing = this.#renew(leading).finally(() => lost.abort(new Error('leader election lost')));
    try {
      await work;
    } finally {
      lost.abort(new Error('the leader stopped'));
      await renewing;
      if (this.#options.releaseOnCancel === true) await this.#release();
    }
  }

  /** False when `signal` aborted first. */
  async #acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await this.#try((attempt) => this.#lock.acquire(attempt), this.#attemptTimeout, signal)) return true;
      await this.#wait(this.#untilNextTry(), signal);
    }
    return false;
  }

  /** Upstream's pause, or less: a lease that runs out meanwhile is taken at that moment. */
  #untilNextTry(): number {
    const pause = jittered(this.#retryPeriod, JITTER, this.#options.rand);
    const rest = this.#lock.freeAt - this.#options.clock.monotonic();
    return rest > 0 ? Math.min(pause, rest) : pause;
  }

  /** Renews until it could not for the renew deadline, another has the lease, or `signal` aborts. */
  async #renew(signal: AbortSignal): Promise<void> {
    const { clock, log, lease } = this.#options;
    const rest = (): number => this.#lock.heldSince + this.#renewDeadline - clock.monotonic();
    while (!signal.aborted) {
      await this.#wait(Math.min(this.#retryPeriod, Math.max(0, rest())), signal);
      if (signal.aborted) return;
      // After a pause of the process the deadline may be over, and the lease nobody else's yet: then one try tells.
      const timeout = rest() > 0 ? Math.min(rest(), this.#attemptTimeout) : this.#attemptTimeout;
      if (await this.#try((attempt) => this.#lock.renew(attempt), timeout, signal)) continue;
      if (this.#lock.isOurs && rest() > 0) continue;
      if (!signal.aborted) log.warn('failed to renew the lease', { lease: lease.name });
      return;
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** False when another holds the lease, or the server refused or did not answer in time. */
  async #try(attempt: (signal: AbortSignal) => Promise<boolean>, ms: number, signal: AbortSignal): Promise<boolean> {
    try {
      return await within(this.#options.clock, ms, signal, attempt);
    } catch (error) {
      if (!isConflict(error) && !signal.aborted) this.#options.log.warn('leader election: the lease could not be read or written', { err: describeError(error) });
      return false;
    } finally {
      this.#report(this.#lock.holder);
    }
  }

  #report(holder: string): void {
    if (holder === this.#reported) return;
    this.#reported = holder;
    if (holder !== '') this.#options.onNewLeader?.(holder);
  }

  async #release(): Promise<void> {
    try {
      await within(this.#options.clock, this.#attemptTimeout, new AbortController().signal, (attempt) => this.#lock.release(attempt));
    } catch (error) {
      this.#options.log.warn('the lease could not be released', { err: describeError(error) });
    }
  }
}
