/** Leases for values with a ttl. One lease serves many of them, as upstream's lease manager does, for a lease each would cost a write each. */
import type { Clock } from '../../component-base/clock.ts';
import type { EtcdConnection } from './connection.ts';
import { leaseGrantRequest, readLeaseId, readTimeToLive, timeToLiveRequest } from './messages.ts';

/** A value may outlive its ttl by this share of it, and by this many seconds at most. */
const SHARED_SHARE = 0.05;
const SHARED_SECONDS = 60;
const KEYS_PER_LEASE = 1000;

interface Lease {
  readonly id: bigint;
  readonly expiresAt: number;
  keys: number;
}

export class Leases {
  readonly #connection: EtcdConnection;
  readonly #clock: Clock;
  /** The newest lease by ttl in seconds. */
  readonly #newest = new Map<number, Promise<Lease>>();
  /** Of leases that were asked for. */
  readonly #ends = new Map<bigint, number | undefined>();

  constructor(connection: EtcdConnection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** A lease that lasts for at least `ttl` seconds from now. */
  async idFor(ttl: number): Promise<bigint> {
    const known = await this.#newest.get(ttl);
    if (known && known.keys < KEYS_PER_LEASE && known.expiresAt >= this.#clock.monotonic() + ttl * 1000) {
      known.keys++;
      return known.id;
    }
    return (await this.#grant(ttl)).id;
  }

  /** When a lease ends, in milliseconds since the epoch; undefined when it has none that is known. */
  async endOf(lease: bigint): Promise<number | undefined> {
    if (!this.#ends.has(lease)) {
      const left = await this.#connection.call('/etcdserverpb.Lease/LeaseTimeToLive', timeToLiveRequest(lease), 'read', readTimeToLive);
      this.#ends.set(lease, left === undefined ? undefined : this.#clock.now() + left * 1000);
    }
    return this.#ends.get(lease);
  }

  #grant(ttl: number): Promise<Lease> {
    const seconds = Math.max(1, Math.ceil(ttl + Math.min(SHARED_SECONDS, Math.floor(ttl * SHARED_SHARE))));
    // The lease runs from some moment after this one: it is taken to end earlier than it does.
    const expiresAt = this.#clock.monotonic() + seconds * 1000;
    const granted = this.#connection
      .call('/etcdserverpb.Lease/LeaseGrant', leaseGrantRequest(seconds), 'read', readLeaseId)
      .then((id) => ({ id, expiresAt, keys: 1 }));
    this.#newest.set(ttl, granted);
    granted.catch(() => this.#newest.delete(ttl));
    return granted;
  }
}
