/** One of several equal processes leads, as told by a Lease. Behaves like upstream client-go/tools/leaderelection (Lease lock). */
import { isConflict, isNotFound } from '../../apimachinery/errors.ts';
import type { Key } from '../../apimachinery/meta.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { jittered } from '../../component-base/backoff.ts';
import { rfc3339Micro, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Client } from '../interface.ts';

export interface LeaderElectionOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly lease: Key;
  /** Unique among the candidates. */
  readonly identity: string;
  /** Milliseconds after which others may take a lease that was not renewed; 15 s unless told. */
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

type Spec = coordination.LeaseSpec;
type Lease = DeepReadonly<coordination.Lease>;

const JITTER = 1.2;

export class LeaderElector {
  readonly #options: LeaderElectionOptions;
  readonly #leaseDuration: number;
  readonly #renewDeadline: number;
  readonly #retryPeriod: number;
  /** The lease last seen, and when (our clock) it last changed: only our own clock measures its age. */
  #observed: Lease | undefined;
  #observedAt = 0;
  /** When (our clock) the last write that gave us the lease was begun. */
  #heldSince = 0;
  #reported = '';

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#leaseDuration = options.leaseDuration ?? 15_000;
    this.#renewDeadline = options.renewDeadline ?? 10_000;
    this.#retryPeriod = options.retryPeriod ?? 2_000;
  }

  get isLeader(): boolean {
    return this.#observed?.spec.holderIdentity === this.#options.identity;
  }

  /** Whether the lease is ours and cannot have run out. */
  get mayAct(): boolean {
    return this.isLeader && this.#options.clock.monotonic() < this.#heldSince + this.#leaseDuration;
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
      if (await this.#try()) return true;
      await this.#wait(jittered(this.#retryPeriod, JITTER, this.#options.rand), signal);
    }
    return false;
  }

  /** Renews until it could not for the renew deadline, or `signal` aborts. */
  async #renew(signal: AbortSignal): Promise<void> {
    let last = this.#options.clock.monotonic();
    while (!signal.aborted) {
      await this.#wait(this.#retryPeriod, signal);
      if (signal.aborted) return;
      if (await this.#try()) last = this.#options.clock.monotonic();
      else if (this.#options.clock.monotonic() - last >= this.#renewDeadline) {
        this.#options.log.warn('failed to renew the lease', { lease: this.#options.lease.name });
        return;
      }
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** One try to take or renew the lease; false when another holds it or the server refused. */
  async #try(): Promise<boolean> {
    try {
      return await this.#acquireOrRenew();
    } catch (error) {
      if (!isConflict(error)) this.#options.log.warn('leader election: the lease could not be read or written', { err: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  async #acquireOrRenew(): Promise<boolean> {
    const { client, lease: key, identity, clock } = this.#options;
    const leases = client.resource(coordination.Lease);
    const time = rfc3339Micro(clock.now());
    const begun = clock.monotonic();
    const current = await this.#read();
    if (current === undefined) {
      this.#observe(await leases.create({ metadata: { namespace: key.namespace, name: key.name }, spec: this.#spec(time, time, 0) }));
      this.#heldSince = begun;
      return true;
    }
    this.#observe(current);
    const holder = current.spec.holderIdentity ?? '';
    const isOurs = holder === identity;
    if (holder !== '' && !isOurs && clock.monotonic() < this.#observedAt + this.#leaseDuration) return false;
    const transitions = current.spec.leaseTransitions ?? 0;
    const spec = this.#spec(isOurs ? (current.spec.acquireTime ?? time) : time, time, isOurs ? transitions : transitions + 1);
    this.#observe(await leases.update({ ...current, spec: { ...current.spec, ...spec } }));
    this.#heldSince = begun;
    return true;
  }

  async #read(): Promise<Lease | undefined> {
    try {
      return await this.#options.client.resource(coordination.Lease).get(this.#options.lease);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #spec(acquireTime: string, renewTime: string, leaseTransitions: number): Spec {
    return { holderIdentity: this.#options.identity, leaseDurationSeconds: Math.round(this.#leaseDuration / 1000), acquireTime, renewTime, leaseTransitions };
  }

  #observe(lease: Lease): void {
    if (lease.metadata.resourceVersion !== this.#observed?.metadata.resourceVersion) this.#observedAt = this.#options.clock.monotonic();
    this.#observed = lease;
    const holder = lease.spec.holderIdentity ?? '';
    if (holder === this.#reported) return;
    this.#reported = holder;
    if (holder !== '') this.#options.onNewLeader?.(holder);
  }

  async #release(): Promise<void> {
    if (!this.isLeader || !this.#observed) return;
    const time = rfc3339Micro(this.#options.clock.now());
    try {
      const spec = { ...this.#observed.spec, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time };
      this.#observe(await this.#options.client.resource(coordination.Lease).update({ ...this.#observed, spec }));
    } catch (error) {
      this.#options.log.warn('the lease could not be released', { err: error instanceof Error ? error.message : String(error) });
    }
  }
}
