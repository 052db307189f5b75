/**
 * The store in an etcd cluster (3.4 and later): for several API servers. Keys and values are upstream's. Neighbours: storage/memory and storage/lmdb.
 * The client is our own, down to the frames (grpc/): the watch needs progress requests, and a write through @grpc/grpc-js takes six times as much CPU.
 * Behaves like upstream apiserver/pkg/storage/etcd3.
 */
import { type BackupItem, writeBackup } from '../backup.ts';
import { closed, futureRevision, isStorageError } from '../errors.ts';
import type {
  BackupSummary,
  ByteSink,
  Committed,
  Conflict,
  KeyRange,
  Page,
  PageRequest,
  Revision,
  Storage,
  StorageWatch,
  StoredValue,
  WatchOptions,
} from '../interface.ts';
import { compareKeys, prefixEnd } from '../keys.ts';
import { EtcdConnection, type EtcdConnectionOptions } from './connection.ts';
import { EtcdWatch } from './etcd-watch.ts';
import { BARRIER_KEY } from './progress.ts';
import { Leases } from './leases.ts';
import {
  compactRequest,
  DeleteRequest,
  PutRequest,
  type RangeOptions,
  type RangeResponse,
  rangeRequest,
  readRangeResponse,
  readTxnResponse,
  stored,
} from './messages.ts';
import { OwnValues } from './own-values.ts';

export type EtcdStorageOptions = EtcdConnectionOptions;

/** How many values one answer of etcd carries. */
const PAGE = 2000;
const BACKUP_PAGE = 500;
/** Any key will do to ask for the revision; this one upstream's health check reads, too, so that its user may. */
const PROBE = Buffer.from('/registry/health');

const NUL: Uint8Array = new Uint8Array([0]);

export class EtcdStorage implements Storage {
  readonly #options: EtcdStorageOptions;
  readonly #connection: EtcdConnection;
  readonly #leases: Leases;
  readonly #own = new OwnValues();
  readonly #closing = new AbortController();

  /** Throws Unavailable, naming the endpoints, when no member answers in time. */
  static async open(options: EtcdStorageOptions): Promise<EtcdStorage> {
    const connection = new EtcdConnection(options);
    try {
      await connection.open();
    } catch (error) {
      connection.close();
      throw error;
    }
    return new EtcdStorage(connection, options);
  }

  private constructor(connection: EtcdConnection, options: EtcdStorageOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#leases = new Leases(connection, options.clock);
  }

  async currentRevision(): Promise<Revision> {
    return (await this.#range(PROBE, { countOnly: true })).revision;
  }

  async get(key: string, at?: Revision): Promise<StoredValue | undefined> {
    const { items } = await this.#range(Buffer.from(key), at === undefined ? {} : { revision: at });
    return items[0] && stored(items[0]);
  }

  async list(range: KeyRange, { limit, after, at }: PageRequest = {}): Promise<Page> {
    const end = prefixEnd(Buffer.from(range.prefix)) ?? NUL;
    const items: StoredValue[] = [];
    let start = startOf(range.prefix, after);
    let first: RangeResponse | undefined;
    for (;;) {
      const rest = limit === undefined ? PAGE : Math.min(PAGE, limit - items.length);
      const revision = at ?? first?.revision ?? 0;
      const page = await this.#range(start, { end, limit: rest, revision });
      first ??= page;
      for (const item of page.items) items.push(stored(item));
      const last = page.items.at(-1)?.key;
      if (!page.more || last === undefined || items.length === limit) {
        return { items, revision: at ?? first.revision, more: page.more, count: first.count };
      }
      start = Buffer.from(`${last}\0`);
    }
  }

  async put(key: string, value: Uint8Array, expected: Revision, options: { readonly ttl?: number } = {}): Promise<Committed | Conflict> {
    const lease = options.ttl === undefined ? 0n : await this.#leases.idFor(options.ttl);
    this.#own.begin(key, value);
    let revision: Revision | undefined;
    try {
      const result = await this.#change(key, new PutRequest(key, value, expected, lease));
      if (result.committed) ({ revision } = result);
      return result;
    } finally {
      this.#own.end(key, value, revision);
    }
  }

  async delete(key: string, expected: Revision): Promise<Committed | Conflict> {
    if (expected > 0) return this.#change(key, new DeleteRequest(key, expected));
    const current = await this.get(key);
    return current ? { committed: false, current } : { committed: false };
  }

  watch(range: KeyRange, from: Revision, signal: AbortSignal, { previous = true }: WatchOptions = {}): StorageWatch {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    return new EtcdWatch({
      connection: this.#connection,
      clock: this.#options.clock,
      range,
      from,
      signal: either,
      previous,
      own: this.#own,
      currentRevision: () => this.currentRevision(),
    });
  }

  async compact(upTo: Revision): Promise<void> {
    try {
      await this.#connection.call('/etcdserverpb.KV/Compact', compactRequest(upTo), 'read', () => undefined);
    } catch (error) {
      if (isStorageError(error, 'FutureRevision')) throw futureRevision(upTo, await this.currentRevision());
      if (!isStorageError(error, 'Compacted')) throw error;
    }
  }

  async backup(sink: ByteSink, range: KeyRange = { prefix: '' }): Promise<BackupSummary> {
    const revision = await this.currentRevision();
    return writeBackup(revision, this.#backupItems(range, revision), sink);
  }

  async close(): Promise<void> {
    if (this.#connection.isClosed) return;
    this.#connection.close();
    this.#closing.abort(closed());
  }

  /** Values that expire do so at the end of their lease. */
  async *#backupItems({ prefix }: KeyRange, revision: Revision): AsyncGenerator<BackupItem, void> {
    const end = prefixEnd(Buffer.from(prefix)) ?? NUL;
    for (let start = startOf(prefix, undefined); ;) {
      const page = await this.#range(start, { end, limit: BACKUP_PAGE, revision });
      for (const item of page.items) {
        if (item.key === BARRIER_KEY) continue;
        const expiresAt = item.lease === 0n ? undefined : await this.#leases.endOf(item.lease);
        yield expiresAt === undefined ? stored(item) : { ...stored(item), expiresAt };
      }
      const last = page.items.at(-1)?.key;
      if (!page.more || last === undefined) return;
      start = Buffer.from(`${last}\0`);
    }
  }

  #range(key: Uint8Array, options: RangeOptions): Promise<RangeResponse> {
    return this.#connection.call('/etcdserverpb.KV/Range', rangeRequest(key, options), 'read', readRangeResponse);
  }

  #change(key: string, request: PutRequest | DeleteRequest): Promise<Committed | Conflict> {
    return this.#connection.call('/etcdserverpb.KV/Txn', request, { writes: key }, readTxnResponse);
  }
}

/** The first key to read. etcd takes no empty key: one NUL is the least. */
function startOf(prefix: string, after: string | undefined): Uint8Array {
  if (after !== undefined && compareKeys(after, prefix) >= 0) return Buffer.from(`${after}\0`);
  return prefix === '' ? NUL : Buffer.from(prefix);
}
