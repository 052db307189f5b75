/**
 * Which API servers of one store live: each keeps a key with its address, which runs out unless it is renewed; the service `kubernetes` leads to all of them. Beside ./kubernetes-service.ts.
 * Behaves like upstream pkg/controlplane/reconcilers/lease.go: same keys and values, so that servers of both kinds see each other.
 */
import { describeError, type Log } from '../../component-base/log.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Storage, StoredValue } from '../../storage/interface.ts';

const TTL_SECONDS = 15;
const RENEW_MS = 10_000;
const encoder = new TextEncoder();

export interface PlaceOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  /** --etcd-prefix */
  readonly root: string;
  readonly address: string;
  /** Decodes an Endpoints object as the store holds it. */
  decode(stored: StoredValue): MaybePromise<Obj>;
  /** Told the addresses of all that live, in order, each time they may have changed. */
  tell(addresses: readonly string[]): Promise<void>;
}

interface Endpoints {
  readonly metadata?: { readonly generation?: number };
  readonly subsets?: readonly { readonly addresses?: readonly { readonly ip?: string }[] | null }[] | null;
}

export class Place {
  readonly #options: PlaceOptions;
  readonly #prefix: string;
  readonly #key: string;
  #timer: { stop(): void } | undefined;
  #running: Promise<void> = Promise.resolve();
  #generation = 0;

  constructor(options: PlaceOptions) {
    this.#options = options;
    this.#prefix = `${options.root}/masterleases/`;
    this.#key = this.#prefix + options.address;
  }

  /** Resolves when the place is taken and has been told. A failure is logged and tried again. */
  take(): Promise<void> {
    this.#timer = this.#options.clock.every(RENEW_MS, () => void this.#inTurn(() => this.#renew()));
    return this.#inTurn(() => this.#renew());
  }

  /** Gives the place up; the others are told so. */
  async leave(): Promise<void> {
    this.#timer?.stop();
    await this.#inTurn(async () => {
      const current = await this.#options.storage.get(this.#key);
      if (current) await this.#options.storage.delete(this.#key, current.revision);
      await this.#options.tell(await this.#addresses());
    });
  }

  async #renew(): Promise<void> {
    const { storage, address } = this.#options;
    const current = await storage.get(this.#key);
    const value = { kind: 'Endpoints', apiVersion: 'v1', metadata: { generation: ++this.#generation }, subsets: [{ addresses: [{ ip: address }] }] };
    await storage.put(this.#key, encoder.encode(JSON.stringify(value)), current?.revision ?? 0, { ttl: TTL_SECONDS });
    const addresses = await this.#addresses();
    if (addresses.length > 0) await this.#options.tell(addresses);
  }

  async #addresses(): Promise<readonly string[]> {
    const { items } = await this.#options.storage.list({ prefix: this.#prefix });
    const addresses: string[] = [];
    for (const stored of items) {
      const { subsets } = (await this.#options.decode(stored)) as unknown as Endpoints;
      const ip = subsets?.[0]?.addresses?.[0]?.ip;
      if (ip !== undefined) addresses.push(ip);
    }
    return addresses.sort();
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    this.#running = this.#running.then(run).catch((error: unknown) => this.#options.log.warn('the place among the API servers could not be kept', { err: describeError(error) }));
    return this.#running;
  }
}
