/** The Lease of an election as one candidate sees it: whose it is, until when, and what takes, keeps and gives it back. Over it: ./leader-election.ts. Behaves like upstream client-go/tools/leaderelection/resourcelock LeaseLock. */
import { isConflict, isNotFound } from '../../apimachinery/errors.ts';
import type { Key } from '../../apimachinery/meta.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339Micro, type Clock } from '../../component-base/clock.ts';
import type { Client, ResourceClient } from '../interface.ts';

export interface LeaseLockOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly lease: Key;
  /** Unique among the candidates. */
  readonly identity: string;
  /** What a lease that this candidate writes lasts; whole seconds. */
  readonly seconds: number;
}

type Lease = DeepReadonly<coordination.Lease>;

/** Served from the server's cache, which may be old: what is then written is refused. */
const ANY_VERSION = '0';

const revisionOf = (lease: Lease | undefined): bigint => BigInt(lease?.metadata.resourceVersion ?? 0);

/** Every change names the version that was seen, so that of all candidates one succeeds. A request whose signal has aborted changes nothing here, whatever becomes of it. */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #leases: ResourceClient<coordination.Lease>;
  /** As last seen. */
  #lease: Lease | undefined;
  /** When (our clock) `#lease` was first seen: only our own clock measures its age. */
  #seenAt = 0;
  /** When (our clock) the last write began that gave us the lease. */
  #heldSince: number | undefined;
  #isCacheOld = false;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    this.#leases = options.client.resource(coordination.Lease);
  }

  /** Empty: nobody, as far as is known. */
  get holder(): string {
    return this.#lease?.spec.holderIdentity ?? '';
  }

  get isOurs(): boolean {
    return this.holder === this.#options.identity;
  }

  /** When (our clock) the last write began that gave us the lease. */
  get heldSince(): number {
    return this.#heldSince ?? 0;
  }

  /** Whether the lease is ours and cannot have run out. */
  get isHeld(): boolean {
    return this.isOurs && this.#heldSince !== undefined && this.#options.clock.monotonic() < this.#heldSince + this.#options.seconds * 1000;
  }

  /** From when on (our clock) another's lease may be taken, as far as is known: it lasts what its holder has written. */
  get freeAt(): number {
    return this.holder === '' ? 0 : this.#seenAt + (this.#lease?.spec.leaseDurationSeconds ?? this.#options.seconds) * 1000;
  }

  /** Takes the lease when it may be taken; false when another holds it. */
  async acquire(signal: AbortSignal): Promise<boolean> {
    const lease = await (this.#isCacheOld ? this.#readNewest(signal) : this.#readCached(signal));
    if (lease !== undefined && !this.isOurs && this.#options.clock.monotonic() < this.freeAt) return false;
    this.#isCacheOld = true;
    await (lease === undefined ? this.#create(signal) : this.#update(lease, signal));
    return true;
  }

  /** Keeps the lease; false when another has it. */
  async renew(signal: AbortSignal): Promise<boolean> {
    try {
      await this.#update(this.#lease as Lease, signal);
      return true;
    } catch (error) {
      if (!isConflict(error) && !isNotFound(error)) throw error;
    }
    const lease = await this.#readNewest(signal);
    if (lease === undefined) await this.#create(signal);
    else if (this.isOurs) await this.#update(lease, signal);
    return this.isOurs;
  }

  /** Gives the lease back, so that the next leader need not wait. */
  async release(signal: AbortSignal): Promise<void> {
    this.#heldSince = undefined;
    for (let lease = this.#lease; lease !== undefined && this.isOurs; lease = await this.#readNewest(signal)) {
      try {
        const time = rfc3339Micro(this.#options.clock.now());
        return this.#see(await this.#leases.update({ ...lease, spec: { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time } }, { signal }), signal);
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
  }

  async #readNewest(signal: AbortSignal): Promise<Lease | undefined> {
    this.#see(await this.#get(signal), signal);
    this.#isCacheOld = false;
    return this.#lease;
  }

  /** Does not wait for the store. Such a read may go back in time: then what is known stands. */
  async #readCached(signal: AbortSignal): Promise<Lease | undefined> {
    const lease = await this.#get(signal, ANY_VERSION);
    if (lease === undefined || revisionOf(lease) >= revisionOf(this.#lease)) this.#see(lease, signal);
    return this.#lease;
  }

  async #get(signal: AbortSignal, resourceVersion?: string): Promise<Lease | undefined> {
    try {
      return await this.#leases.get(this.#options.lease, { signal, ...(resourceVersion !== undefined && { resourceVersion }) });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #create(signal: AbortSignal): Promise<void> {
    const { lease: { namespace, name }, clock } = this.#options;
    const [begun, time] = [clock.monotonic(), rfc3339Micro(clock.now())];
    this.#hold(await this.#leases.create({ metadata: { namespace, name }, spec: this.#spec(time, time, 0) }, { signal }), begun, signal);
  }

  async #update(lease: Lease, signal: AbortSignal): Promise<void> {
    const { clock, identity } = this.#options;
    const [begun, time] = [clock.monotonic(), rfc3339Micro(clock.now())];
    const { acquireTime, leaseTransitions = 0, holderIdentity } = lease.spec;
    const spec = holderIdentity === identity ? this.#spec(acquireTime ?? time, time, leaseTransitions) : this.#spec(time, time, leaseTransitions + 1);
    this.#hold(await this.#leases.update({ ...lease, spec: { ...lease.spec, ...spec } }, { signal }), begun, signal);
  }

  #spec(acquireTime: string, renewTime: string, leaseTransitions: number): coordination.LeaseSpec {
    return { holderIdentity: this.#options.identity, leaseDurationSeconds: this.#options.seconds, acquireTime, renewTime, leaseTransitions };
  }

  #hold(lease: Lease, begun: number, signal: AbortSignal): void {
    this.#see(lease, signal);
    this.#heldSince = begun;
    this.#isCacheOld = false;
  }

  #see(lease: Lease | undefined, signal: AbortSignal): void {
    signal.throwIfAborted();
    if (lease?.metadata.resourceVersion !== this.#lease?.metadata.resourceVersion) this.#seenAt = this.#options.clock.monotonic();
    this.#lease = lease;
  }
}
