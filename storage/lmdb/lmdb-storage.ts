/**
 * The store of one process on its disk: the embedded default. Neighbours: storage/memory and storage/etcd.
 * A write is acknowledged when it is flushed; writes that come together are flushed together. Revisions, conflicts and order are decided in
 * this process, which alone may open the directory.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Clock } from '../../component-base/clock.ts';
import { type Log, silentLog } from '../../component-base/log.ts';
import { Transit } from '../../component-base/transit.ts';
import { type BackupItem, writeBackup } from '../backup.ts';
import { closed, compacted, futureRevision, isStorageError, type StorageError } from '../errors.ts';
import { LogWatch } from '../event-log.ts';
import { Expirations } from '../expirations.ts';
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
import { Compaction } from './compaction.ts';
import { damaged, DamagedValue } from './damaged.ts';
import { type DataFile, openDataFile, unreadable } from './data-file.ts';
import { Garbage } from './garbage.ts';
import { GroupCommit } from './group-commit.ts';
import { LmdbHistory } from './history.ts';
import { KeyIndex, type KeyState } from './key-index.ts';
import { encodeHeader, encodeValue, type Header } from './records.ts';
import type { Room } from './room.ts';

export interface LmdbStorageOptions {
  /** Made when missing; mode 700. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log?: Log;
  /** Of what has been replaced and not been compacted: beyond this the store compacts itself. Default 512 MiB. */
  readonly historyBytes?: number;
}

interface Change {
  readonly key: string;
  /** Absent: delete. */
  readonly value?: Uint8Array;
  readonly expected: Revision;
  readonly expiresAt?: number;
}

/** A write that is not on the disk yet, and the writes of its key that wait for its outcome. */
class Pending {
  readonly #waiting: (() => void)[] = [];

  settled(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  settle(): void {
    for (const resolve of this.#waiting) resolve();
  }
}

type Transaction = ReturnType<DataFile['env']['useReadTransaction']>;

const NOTHING = new Uint8Array(0);
/** Values that are read before other work gets its turn. */
const SLICE = 1000;
/** When a key could not be expired (a full disk), it is tried again after this. */
const HISTORY_BYTES = 512 << 20;
const EXPIRE_AGAIN_MS = 5000;

export class LmdbStorage implements Storage {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #file: DataFile;
  readonly #commits: GroupCommit;
  readonly #compaction: Compaction;
  readonly #history: LmdbHistory;
  readonly #index = new KeyIndex();
  readonly #garbage: Garbage;
  readonly #expirations: Expirations;
  /** The newest write of each key that is on its way. */
  readonly #pending = new Transit<string, Pending>();
  /** The revision given out last; `#history.newest` is the last that is committed. */
  #assigned: Revision;
  /** Reads that hold a transaction of the file over several turns: it must not be closed under them. */
  readonly #reads = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;
  /** On its own account. */
  #isCompacting = false;

  /** Throws Locked, Corrupt, Unavailable. */
  static async open(options: LmdbStorageOptions): Promise<LmdbStorage> {
    const file = openDataFile(options.directory);
    try {
      return new LmdbStorage(file, options);
    } catch (error) {
      await file.close();
      throw isStorageError(error) ? error : unreadable(file.path, error);
    }
  }

  private constructor(file: DataFile, { clock, log = silentLog, historyBytes = HISTORY_BYTES }: LmdbStorageOptions) {
    this.#garbage = new Garbage(historyBytes);
    this.#file = file;
    this.#clock = clock;
    this.#log = log;
    this.#commits = new GroupCommit(file, log, () => this.#afterGroup());
    this.#compaction = new Compaction(file, this.#commits);
    this.#expirations = new Expirations(clock, (key, revision) => this.#expire(key, revision));
    const bound = this.#compaction.compacted;
    const [last = 1] = file.headers.getKeys({ reverse: true, limit: 1 });
    this.#assigned = Math.max(1, last, bound);
    this.#history = new LmdbHistory(file, this.#assigned, bound);
    for (const header of this.#history.headers(0)) this.#index.apply(header);
    for (const [key, { revision, expiresAt }] of this.#index.now.entries())
      if (expiresAt !== undefined) this.#expirations.add(key, revision, expiresAt);
    this.#sweep();
  }

  currentRevision(): MaybePromise<Revision> {
    return this.#history.closed ? Promise.reject(closed()) : this.#history.newest;
  }

  async get(key: string, at?: Revision): Promise<StoredValue | undefined> {
    const entry = this.#stateAt(at).get(key);
    return entry && intact(this.#history.valueAt(key, entry.revision));
  }

  async list(range: KeyRange, { limit, after, at, keysOnly = false }: PageRequest = {}): Promise<Page> {
    const revision = at ?? this.#history.newest;
    const state = this.#stateAt(at);
    const count = state.count(range.prefix, after);
    const keys: (readonly [string, Revision])[] = [];
    for (const [key, entry] of state.entries(range.prefix, after)) {
      if (keys.length >= (limit ?? count)) break;
      keys.push([key, entry.revision]);
    }
    const items = keysOnly ? keys.map(([key, found]) => ({ key, revision: found, value: NOTHING })) : await this.#valuesOf(keys);
    return { items, revision, more: keys.length < count, count };
  }

  async put(key: string, value: Uint8Array, expected: Revision, options: { readonly ttl?: number } = {}): Promise<Committed | Conflict> {
    const { ttl } = options;
    return this.#write({ key, value, expected, ...(ttl !== undefined && { expiresAt: this.#clock.now() + ttl * 1000 }) });
  }

  async delete(key: string, expected: Revision): Promise<Committed | Conflict> {
    return this.#write({ key, expected });
  }

  watch(range: KeyRange, from: Revision, signal: AbortSignal, options?: WatchOptions): StorageWatch {
    return new LogWatch(this.#history, range, from, signal, options);
  }

  async compact(upTo: Revision): Promise<void> {
    this.#checkOpen();
    if (upTo > this.#history.newest) throw futureRevision(upTo, this.#history.newest);
    if (upTo <= this.#history.compactedRevision) return;
    await this.#compaction.advance(upTo, () => {
      this.#index.forgetBelow(upTo);
      this.#history.compact(upTo);
      this.#garbage.compacted(upTo);
    });
    this.#sweep();
  }

  async backup(sink: ByteSink, { prefix }: KeyRange = { prefix: '' }): Promise<BackupSummary> {
    this.#checkOpen();
    const revision = this.#history.newest;
    const state = this.#index.now.clone();
    return this.#reading((transaction) => writeBackup(revision, this.#backupItems(state, prefix, transaction), sink));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#expirations.stop();
    this.#history.close();
    await this.#compaction.stop();
    await this.#commits.close();
    await Promise.allSettled(this.#reads);
    await this.#file.close();
  }

  /** Decides, assigns a revision, and commits with whatever comes together. A write on top of one that is on its way waits for that. */
  async #write(change: Change): Promise<Committed | Conflict> {
    const { key, expected } = change;
    for (let pending = this.#pending.get(key); pending; pending = this.#pending.get(key)) await pending.settled();
    this.#checkOpen();
    const current = this.#index.now.get(key);
    const isMissing = change.value === undefined && !current;
    if (isMissing || (current?.revision ?? 0) !== expected)
      return current ? { committed: false, current: this.#history.valueAt(key, current.revision) } : { committed: false };
    return this.#commit(change);
  }

  #commit({ key, value, expected, expiresAt }: Change): Promise<Committed> {
    const revision = ++this.#assigned;
    const header: Header = {
      key,
      revision,
      isDelete: value === undefined,
      previous: expected,
      ...(expiresAt !== undefined && { expiresAt }),
    };
    const pending = new Pending();
    this.#pending.set(key, pending);
    return new Promise((resolve, reject) => {
      this.#commits.add({
        need: { bytes: value?.length ?? 0, records: 1 },
        write: (room) => this.#issue(header, value, room),
        committed: () => {
          this.#publish(header, value);
          pending.settle();
          resolve({ committed: true, revision });
        },
        failed: (error) => {
          this.#withdraw(key);
          pending.settle();
          reject(error);
        },
      });
    });
  }

  #issue(header: Header, value: Uint8Array | undefined, room: Room): void {
    void this.#file.headers.put(header.revision, encodeHeader(header, room));
    if (value) void this.#file.values.put(header.revision, encodeValue(header.revision, value, room));
  }

  #publish(header: Header, value: Uint8Array | undefined): void {
    const { key, revision, expiresAt } = header;
    this.#pending.delete(key);
    const replaced = this.#index.apply(header, value?.length);
    this.#history.append(header, value);
    this.#garbage.add(revision, replaced ? (replaced.bytes ?? this.#lengthAt(replaced.revision)) : 0);
    if (expiresAt !== undefined) this.#expirations.add(key, revision, expiresAt);
  }

  #lengthAt(revision: Revision): number {
    return this.#file.values.get(revision)?.length ?? 0;
  }

  /** Whatever was on its way fails in one turn; then its revisions are given out again, for nothing was told of them. */
  #withdraw(key: string): void {
    this.#pending.delete(key);
    if (this.#pending.size === 0) this.#assigned = this.#history.newest;
  }

  #afterGroup(): void {
    this.#history.wake();
    const excess = this.#garbage.excess();
    if (excess === undefined || this.#isCompacting) return;
    this.#isCompacting = true;
    void this.#compactItself(excess);
  }

  async #compactItself(upTo: Revision): Promise<void> {
    try {
      await this.compact(upTo);
    } catch (error) {
      if (!isStorageError(error, 'Closed')) this.#log.error('the store could not bound its history', error);
    } finally {
      this.#isCompacting = false;
    }
  }

  #expire(key: string, revision: Revision): void {
    this.#write({ key, expected: revision }).catch((error: unknown) => {
      if (isStorageError(error, 'Closed')) return;
      this.#log.error('an expired key could not be deleted', error, { key });
      this.#expirations.add(key, revision, this.#clock.now() + EXPIRE_AGAIN_MS);
    });
  }

  #sweep(): void {
    this.#compaction
      .sweep()
      .catch((error: StorageError) => this.#log.error('the space of compacted revisions could not be given back', error));
  }

  #stateAt(at: Revision | undefined): KeyState {
    this.#checkOpen();
    const { newest, compactedRevision } = this.#history;
    if (at === undefined || at === newest) return this.#index.now;
    if (at > newest) throw futureRevision(at, newest);
    if (at < compactedRevision) throw compacted(at, compactedRevision);
    return this.#index.at(at, () => this.#history.headers(at));
  }

  async #valuesOf(keys: readonly (readonly [string, Revision])[]): Promise<StoredValue[]> {
    if (keys.length <= SLICE) return keys.map(([key, revision]) => this.#history.valueAt(key, revision));
    const items: StoredValue[] = [];
    await this.#reading(async (transaction) => {
      for (const [i, [key, revision]] of keys.entries()) {
        if (i % SLICE === 0) await nextTurn();
        this.#checkOpen();
        items.push(this.#history.valueAt(key, revision, { transaction }));
      }
    });
    return items;
  }

  *#backupItems(state: KeyState, prefix: string, transaction: Transaction): Generator<BackupItem> {
    for (const [key, { revision, expiresAt }] of state.entries(prefix)) {
      this.#checkOpen();
      const { value } = this.#history.valueAt(key, revision, { transaction });
      yield expiresAt === undefined ? { key, value, revision } : { key, value, revision, expiresAt };
    }
  }

  /** Runs `read` as of one transaction of the file, so that a compaction meanwhile takes nothing away. */
  async #reading<T>(read: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = this.#file.env.useReadTransaction();
    const running = read(transaction).finally(() => transaction.done());
    this.#reads.add(running);
    try {
      return await running;
    } finally {
      this.#reads.delete(running);
    }
  }

  #checkOpen(): void {
    if (this.#history.closed) throw closed();
    if (this.#commits.failure) throw this.#commits.failure;
  }
}

function intact(stored: StoredValue): StoredValue {
  if (stored instanceof DamagedValue) throw damaged(stored.key, stored.revision);
  return stored;
}
