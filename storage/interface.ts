/**
 * The cluster store: the only state of a cluster. Between `registry` (through storage/cacher) and the drivers memory, lmdb and etcd.
 * Every sentence of a comment here is part of the contract; storage/testing/ runs it against each driver.
 * Behaves like upstream k8s.io/apiserver/pkg/storage/etcd3 on etcd.
 */
import type { MaybePromise } from '../apimachinery/http.ts';

/** The position of a write in the one order of all writes of the store. Starts at 1, grows by one or more a write; below 2^53. */
export type Revision = number;

/** Keys are text, ordered by their UTF-8 bytes: `/registry/pods/default/web-0`. Values are opaque bytes. Neither side changes bytes once handed over. */
export interface StoredValue {
  readonly key: string;
  /** Reading it throws Corrupt when the driver found it damaged; `get` throws that itself. The key and its revision suffice to delete it. */
  readonly value: Uint8Array;
  /** The revision of the write that made this value. */
  readonly revision: Revision;
}

/** All keys with this prefix. */
export interface KeyRange {
  readonly prefix: string;
}

export interface PageRequest {
  /** At most so many items; absent: all. */
  readonly limit?: number;
  /** Only keys after this one (exclusive). */
  readonly after?: string;
  /** As of this revision; absent: the newest. Throws Compacted when it is gone and FutureRevision when it has not happened. */
  readonly at?: Revision;
  /** Nobody reads the values: a driver may leave them empty. */
  readonly keysOnly?: boolean;
}

export interface Page {
  /** In key order. */
  readonly items: readonly StoredValue[];
  /** The revision at which the page was read: the same for all pages read with `at`. */
  readonly revision: Revision;
  readonly more: boolean;
  /** How many keys of the range exist at `revision` from `after` on, this page included. */
  readonly count: number;
}

export interface Committed {
  readonly committed: true;
  readonly revision: Revision;
}

/** The expectation failed. `current` is what stood there instead; absent: nothing did. */
export interface Conflict {
  readonly committed: false;
  readonly current?: StoredValue;
}

export interface StorageEvent {
  readonly key: string;
  readonly revision: Revision;
  /** Absent: the key was deleted at `revision`. Reading it throws Corrupt when it is damaged. */
  readonly value?: Uint8Array;
  /** What the write replaced or deleted; absent: the key was new, or the watch did not ask. */
  readonly previous?: StoredValue;
}

export interface WatchOptions {
  /** Whether events must tell what they replaced (absent: they do): a driver may have to read it for each. */
  readonly previous?: boolean;
}

export interface WatchBatch {
  readonly events: readonly StorageEvent[];
  /** No event at or below this revision comes later. A batch without events is progress alone. */
  readonly upTo: Revision;
}

export interface StorageWatch extends AsyncIterable<WatchBatch> {
  /** Asks for a batch whose `upTo` is at least the newest revision at the time of asking; it may carry no events. */
  requestProgress(): void;
}

export interface BackupSummary {
  /** That of the copy. */
  readonly revision: Revision;
  readonly keys: number;
  readonly bytes: number;
}

/** Receives a backup in order. */
export type ByteSink = (chunk: Uint8Array) => MaybePromise<void>;

export interface Storage {
  /** The newest committed revision: at once where the driver knows it without asking. Never goes back, over restarts and crashes, too. */
  currentRevision(): MaybePromise<Revision>;
  /** The value of one key, now or at an older revision (throws Compacted, FutureRevision). */
  get(key: string, at?: Revision): Promise<StoredValue | undefined>;
  /** One consistent page, ordered by key. */
  list(range: KeyRange, page?: PageRequest): Promise<Page>;
  /**
   * Writes when the key's revision still equals `expected` (0: absent); resolves once durable. The loser gets the current value.
   * `ttl` in seconds: its end is a committed delete, seen by every watch.
   * Throws UnknownOutcome when it cannot be told whether the write happened.
   */
  put(key: string, value: Uint8Array, expected: Revision, options?: { readonly ttl?: number }): Promise<Committed | Conflict>;
  /** Deletes when the key's revision equals `expected`; a missing key is a Conflict without `current`. */
  delete(key: string, expected: Revision): Promise<Committed | Conflict>;
  /**
   * Every change after `from`, once, in revision order, in batches; all changes of one revision in one batch.
   * `from` may be older than the watch: the past is told first. Throws Compacted when `from` is below the compacted revision.
   * Ends without an error when `signal` aborts or the store closes.
   */
  watch(range: KeyRange, from: Revision, signal: AbortSignal, options?: WatchOptions): StorageWatch;
  /** Forgets what was replaced before `upTo`; current values stay. Compacting again at or below is no error. */
  compact(upTo: Revision): Promise<void>;
  /** Writes a consistent copy of the range (absent: of the whole store) in the format of storage/backup.ts, while the store is in use. Throws Corrupt, naming the first damaged key. */
  backup(sink: ByteSink, range?: KeyRange): Promise<BackupSummary>;
  /** Acknowledged writes are durable afterwards; calls that follow reject with Closed. Idempotent. */
  close(): Promise<void>;
}
