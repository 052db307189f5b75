/** The store in memory: for tests and clusters that need not outlive their process. Runs in a browser. Neighbours: storage/lmdb and storage/etcd. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Clock } from '../../component-base/clock.ts';
import { type BackupReader, writeBackup } from '../backup.ts';
import { closed, compacted, futureRevision } from '../errors.ts';
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
} from '../interface.ts';
import { pageOf } from '../page.ts';
import { SortedMap } from '../sorted-map.ts';
import { History, type Entry } from './history.ts';

/** The state at one revision; holding it costs what changes afterwards. */
export class MemorySnapshot {
  readonly revision: Revision;
  readonly state: SortedMap<Entry>;

  constructor(revision: Revision, state: SortedMap<Entry>) {
    this.revision = revision;
    this.state = state;
  }
}

export interface MemoryStorageOptions {
  readonly clock: Clock;
  /** Starts with this content and at this revision, without the history before. */
  readonly from?: MemorySnapshot;
}

export class MemoryStorage implements Storage {
  readonly #clock: Clock;
  readonly #history: History;
  readonly #expirations: Expirations;
  #state = new SortedMap<Entry>();

  constructor({ clock, from }: MemoryStorageOptions) {
    this.#clock = clock;
    this.#expirations = new Expirations(clock, (key, revision) => this.#expire(key, revision));
    this.#history = new History(from?.revision ?? 1);
    if (from) this.#adopt(from);
  }

  /** A store with the content and revision of a backup. Throws Corrupt. */
  static async fromBackup(backup: BackupReader, clock: Clock): Promise<MemoryStorage> {
    const state = new SortedMap<Entry>();
    for await (const item of backup.items()) state.set(item.key, item);
    return new MemoryStorage({ clock, from: new MemorySnapshot(backup.revision, state) });
  }

  currentRevision(): MaybePromise<Revision> {
    return this.#history.closed ? Promise.reject(closed()) : this.#history.newest;
  }

  async get(key: string, at?: Revision): Promise<StoredValue | undefined> {
    this.#checkOpen();
    if (at === undefined) return this.#state.get(key);
    this.#checkRevision(at);
    return this.#history.valueAt(key, at, this.#state.get(key));
  }

  async list(range: KeyRange, page: PageRequest = {}): Promise<Page> {
    this.#checkOpen();
    if (page.at !== undefined) this.#checkRevision(page.at);
    const revision = page.at ?? this.#history.newest;
    return pageOf(this.#history.stateAt(revision, this.#state), range, page, revision);
  }

  async put(key: string, value: Uint8Array, expected: Revision, options: { readonly ttl?: number } = {}): Promise<Committed | Conflict> {
    this.#checkOpen();
    const current = this.#state.get(key);
    if ((current?.revision ?? 0) !== expected) return conflict(current);
    const revision = this.#history.newest + 1;
    const expiresAt = options.ttl === undefined ? undefined : this.#clock.now() + options.ttl * 1000;
    const entry: Entry = expiresAt === undefined ? { key, value, revision } : { key, value, revision, expiresAt };
    this.#apply(revision, [{ key, before: current, after: entry }]);
    return { committed: true, revision };
  }

  async delete(key: string, expected: Revision): Promise<Committed | Conflict> {
    this.#checkOpen();
    const current = this.#state.get(key);
    if (!current || current.revision !== expected) return conflict(current);
    const revision = this.#history.newest + 1;
    this.#apply(revision, [{ key, before: current, after: undefined }]);
    return { committed: true, revision };
  }

  watch(range: KeyRange, from: Revision, signal: AbortSignal): StorageWatch {
    return new LogWatch(this.#history, range, from, signal);
  }

  async compact(upTo: Revision): Promise<void> {
    this.#checkOpen();
    if (upTo > this.#history.newest) throw futureRevision(upTo, this.#history.newest);
    this.#history.compact(upTo);
  }

  async backup(sink: ByteSink, { prefix }: KeyRange = { prefix: '' }): Promise<BackupSummary> {
    const { revision, state } = this.snapshot();
    return writeBackup(revision, valuesOf(state, prefix), sink);
  }

  async close(): Promise<void> {
    this.#expirations.stop();
    this.#history.close();
  }

  /** What the store holds now. */
  snapshot(): MemorySnapshot {
    this.#checkOpen();
    return new MemorySnapshot(this.#history.newest, this.#state.clone());
  }

  /** Makes the content that of the snapshot again, in one further revision: watches see what that changes. */
  restore(snapshot: MemorySnapshot): Revision {
    this.#checkOpen();
    const revision = this.#history.newest + 1;
    const changes = difference(this.#state, snapshot.state, revision);
    if (changes.length > 0) this.#apply(revision, changes);
    return this.#history.newest;
  }

  /** An independent store with the same content and revision. */
  fork(): MemoryStorage {
    return new MemoryStorage({ clock: this.#clock, from: this.snapshot() });
  }

  #adopt(snapshot: MemorySnapshot): void {
    this.#state = snapshot.state.clone();
    for (const entry of valuesOf(this.#state)) this.#watchExpiry(entry);
  }

  #apply(revision: Revision, changes: readonly Change[]): void {
    for (const { key, after } of changes) {
      if (!after) {
        this.#state.delete(key);
        continue;
      }
      this.#state.set(key, after);
      this.#watchExpiry(after);
    }
    this.#history.append(changes.map(({ key, before, after }) => eventOf(key, revision, before, after)));
  }

  #watchExpiry(entry: Entry): void {
    if (entry.expiresAt !== undefined) this.#expirations.add(entry.key, entry.revision, entry.expiresAt);
  }

  #expire(key: string, revision: Revision): void {
    const before = this.#state.get(key);
    if (before?.revision === revision) this.#apply(this.#history.newest + 1, [{ key, before, after: undefined }]);
  }

  #checkOpen(): void {
    if (this.#history.closed) throw closed();
  }

  #checkRevision(at: Revision): void {
    if (at > this.#history.newest) throw futureRevision(at, this.#history.newest);
    if (at < this.#history.compactedRevision) throw compacted(at, this.#history.compactedRevision);
  }
}

interface Change {
  readonly key: string;
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
}

function conflict(current: StoredValue | undefined): Conflict {
  return current ? { committed: false, current } : { committed: false };
}

function eventOf(key: string, revision: Revision, before: Entry | undefined, after: Entry | undefined) {
  return { key, revision, ...(after && { value: after.value }), ...(before && { previous: before }) };
}

function* valuesOf(state: SortedMap<Entry>, prefix = ''): Generator<Entry> {
  for (const [, entry] of state.entries(prefix)) yield entry;
}

/** The changes, all of `revision`, that make `now` hold what `wanted` holds. */
function difference(now: SortedMap<Entry>, wanted: SortedMap<Entry>, revision: Revision): Change[] {
  const changes: Change[] = [];
  for (const { key, mine, theirs } of now.differences(wanted)) {
    if (!theirs) changes.push({ key, before: mine, after: undefined });
    else if (mine?.value !== theirs.value) changes.push({ key, before: mine, after: { ...theirs, revision } });
  }
  return changes;
}
