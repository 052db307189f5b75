/** The cache of one resource: joined to the stream of its CacherSet, read by `registry`. Behaves like upstream apiserver/pkg/storage/cacher/cacher.go. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { nextTurn } from '../../component-base/turn.ts';
import { compacted, futureRevision, notServed, StorageError } from '../errors.ts';
import type { Revision, Storage, StorageEvent } from '../interface.ts';
import { Change } from './change.ts';
import { compareWithStore } from './consistency.ts';
import type { Inconsistency } from './interface.ts';
import { Contents } from './contents.ts';
import { allOf, Decoder, orThrow } from './decoder.ts';
import { InitialState } from './initial-state.ts';
import type {
  CachedPage,
  CachedRecord,
  Cacher,
  CacheSpec,
  CacheWatch,
  CorruptKey,
  DeleteResult,
  ListRequest,
  Match,
  PutRequest,
  PutResult,
  RecordChange,
  WatchRequest,
} from './interface.ts';
import { compileMatch } from './match.ts';
import { OwnWrites } from './own-writes.ts';
import { Broken, Held, type RecordContext } from './record.ts';
import { listAll, listFromStorage, pastChanges } from './storage-reads.ts';
import { Watcher, begunAnew, type WatcherLimits, type WatcherSource } from './watcher.ts';
import { WatcherIndex } from './watcher-index.ts';
import { Window, type WindowLimits } from './window.ts';

export interface ResourceCacherOptions {
  readonly spec: CacheSpec;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  readonly context: RecordContext;
  readonly window: WindowLimits;
  readonly watcher: WatcherLimits;
  /** What the stream has delivered. */
  position(): Revision;
  /** The oldest revision that lists may be of. */
  compacted(): Revision;
  /** Resolves when watchers have been offered what was written at a revision; undefined: now. */
  offered(revision: Revision): Promise<void> | undefined;
  onClose(): void;
}

/** What is left to this comes after the current turn; queueMicrotask would make an async resource of each. */
const TURN = Promise.resolve();

const BOOKMARKS_AT_ONCE = 50;

export type Decoded = readonly (Held | Broken | undefined)[];

export class ResourceCacher implements Cacher, WatcherSource {
  readonly spec: CacheSpec;
  readonly limits: WatcherLimits;
  readonly #options: ResourceCacherOptions;
  readonly #own: OwnWrites;
  readonly #decoder: Decoder;
  readonly #contents: Contents;
  readonly #window: Window;
  readonly #watchers: WatcherIndex;
  readonly #listeners = new Set<(change: RecordChange) => void>();
  /** What watches of a namespace ('' for all) that are being told the current state read; forgotten at each change. */
  readonly #states = new Map<string, InitialState>();
  #soon: Watcher[] = [];
  /** Events that came while the resource is being listed; undefined once it is in step with the stream. */
  #backlog: StorageEvent[] | undefined = [];
  /** Events at or below this revision are in the list already. */
  #listed: Revision = 0;
  #closedBy: StorageError | undefined;
  /** Whoever waits for the first list. */
  #waiting: { resolve(): void; reject(error: Error): void }[] = [];

  constructor(options: ResourceCacherOptions) {
    this.#options = options;
    this.spec = options.spec;
    this.limits = options.watcher;
    this.#own = new OwnWrites(options.context);
    this.#decoder = new Decoder(options.spec, options.context, this.#own);
    this.#contents = new Contents(options.spec);
    this.#window = new Window(options.window, 0);
    this.#watchers = new WatcherIndex(options.spec);
  }

  get hasSynced(): boolean {
    return this.#backlog === undefined && !this.#closedBy;
  }

  /** A promise for each that asks: nobody need handle a failure that nobody waits for. */
  get synced(): Promise<void> {
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    if (this.hasSynced) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  get isClosed(): boolean {
    return this.#closedBy !== undefined;
  }

  get revision(): Revision {
    return Math.max(this.#listed, this.#options.position());
  }

  get size(): number {
    return this.#contents.size;
  }

  get(key: string): CachedRecord | undefined {
    this.#checkReadable();
    const held = this.#contents.get(key);
    return held && orThrow(held);
  }

  list(request: ListRequest): CachedPage {
    this.#checkReadable();
    return this.#contents.list(request, this.revision);
  }

  listAt(at: Revision, request: ListRequest): MaybePromise<CachedPage> {
    this.#checkReadable();
    if (at === this.revision) return this.list(request);
    if (at > this.revision) throw futureRevision(at, this.revision);
    if (at < this.#options.compacted()) throw compacted(at, this.#options.compacted());
    if (this.#contents.keeps(at) || at >= this.#window.oldest) return this.#contents.listBefore(at, this.#window.backTo(at), request);
    return listFromStorage(this.#options.storage, this.spec, this.#decoder, at, request);
  }

  watch(request: WatchRequest): CacheWatch {
    return new Watcher(this, request, compileMatch(this.spec, request.match));
  }

  onChange(listener: (change: RecordChange) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  corrupt(): readonly CorruptKey[] {
    return [...this.#contents.broken()];
  }

  async read(key: string): Promise<CachedRecord | undefined> {
    const stored = await this.#options.storage.get(key);
    return stored && this.#recordOf(stored);
  }

  async put(request: PutRequest): Promise<PutResult> {
    const own = this.#own.begin(request);
    try {
      const { key, value, expected, ttl } = request;
      const result = await this.#options.storage.put(key, value, expected, ttl === undefined ? {} : { ttl });
      if (result.committed) {
        const record = this.#own.committed(own, result.revision, this.hasSynced && result.revision <= this.revision);
        await this.#options.offered(result.revision);
        return { committed: true, record };
      }
      this.#own.forget(own);
      return result.current ? { committed: false, current: await this.#recordOf(result.current) } : { committed: false };
    } catch (error) {
      this.#own.forget(own);
      throw error;
    }
  }

  async delete(key: string, expected: Revision): Promise<DeleteResult> {
    const result = await this.#options.storage.delete(key, expected);
    if (result.committed) {
      await this.#options.offered(result.revision);
      return { committed: true, revision: result.revision };
    }
    return result.current ? { committed: false, current: await this.#recordOf(result.current) } : { committed: false };
  }

  async refresh(): Promise<void> {
    await this.synced;
    const { items } = await listAll(this.#options.storage, this.spec, this.#decoder);
    for (const now of items) if (this.#contents.get(now.key)?.revision === now.revision) this.#renew(now);
  }

  endWatches(): void {
    for (const watcher of this.#watchers.all()) watcher.end();
  }

  close(reason = notServed(this.spec.storedAs)): void {
    if (this.#closedBy) return;
    this.#closedBy = reason;
    this.endWatches();
    this.#contents.clear();
    this.#window.reset(0);
    this.#listeners.clear();
    for (const waiter of this.#waiting.splice(0)) waiter.reject(reason);
    this.#options.onClose();
  }

  /** Lists the resource and works off what the stream brought meanwhile. */
  async load(): Promise<void> {
    const { revision, items } = await listAll(this.#options.storage, this.spec, this.#decoder);
    this.#replace(revision, items);
    while (this.#backlog && this.#backlog.length > 0) {
      const events = this.#backlog;
      this.#backlog = [];
      const decoded = await this.decode(events);
      this.#applyAll(events, decoded);
    }
    this.#backlog = undefined;
    for (const waiter of this.#waiting.splice(0)) waiter.resolve();
  }

  /** After a gap in the stream, which stands still meanwhile: ends the watches and lists again. */
  async reload(): Promise<void> {
    const before = this.#contents.snapshot();
    const { revision, items } = await listAll(this.#options.storage, this.spec, this.#decoder);
    // Those that began while it was being listed know as little of the gap.
    for (const watcher of this.#watchers.all()) watcher.end(begunAnew(this.revision));
    this.#replace(revision, items);
    for (const [key, held] of before.entries()) if (!this.#contents.get(key)) this.#tell(this.#changeOf(key, revision, undefined, held));
    for (const now of items) {
      const held = before.get(now.key);
      if (held?.revision !== now.revision) this.#tell(this.#changeOf(now.key, now.revision, now, held));
    }
  }

  /** Compares the contents with the store's at the same revision. */
  async check(): Promise<Inconsistency | undefined> {
    if (!this.hasSynced) return undefined;
    return compareWithStore(this.#options.storage, this.spec, this.#contents.snapshot(), this.revision);
  }

  /** The records of the stream's events, made before any of them is applied. */
  decode(events: readonly StorageEvent[]): MaybePromise<Decoded> {
    return allOf(events.map((event) => this.#decoder.decodeEvent(event)));
  }

  /** Takes the next events of the stream. */
  apply(events: readonly StorageEvent[], decoded: Decoded): void {
    if (this.#closedBy) return;
    if (this.#backlog) this.#backlog.push(...events);
    else this.#applyAll(events, decoded);
  }

  /** Called about once a minute. */
  tick(): void {
    this.#contents.age();
    void this.#requestBookmarks();
  }

  /** Of thousands of watches, some in each turn. */
  async #requestBookmarks(): Promise<void> {
    let asked = 0;
    for (const watcher of this.#watchers.all()) {
      if (!watcher.request.bookmarks) continue;
      watcher.requestBookmark();
      if (++asked % BOOKMARKS_AT_ONCE === 0) await nextTurn();
    }
  }

  join(watcher: Watcher): void {
    this.#watchers.add(watcher);
  }

  leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
  }

  recent(from: Revision): Iterable<Change> | undefined {
    return from >= this.#window.oldest ? this.#window.after(from) : undefined;
  }

  past(from: Revision, to: Revision, signal: AbortSignal): AsyncIterable<readonly Change[]> {
    const { storage, context } = this.#options;
    return pastChanges(storage, this.spec, this.#decoder, context.forms, { from, to, signal });
  }

  state({ match }: WatchRequest): InitialState {
    const { namespace = '' } = match;
    if (match.name !== undefined || match.index || match.test) return this.#newState(match).join();
    let state = this.#states.get(namespace);
    if (!state) this.#states.set(namespace, (state = this.#newState(match, () => this.#states.get(namespace) === state && this.#states.delete(namespace))));
    return state.join();
  }

  soon(watcher: Watcher): void {
    if (this.#soon.push(watcher) === 1) void TURN.then(this.#runSoon);
  }

  readonly #runSoon = (): void => {
    const watchers = this.#soon;
    this.#soon = [];
    for (const watcher of watchers) watcher.tell();
  };

  #newState(match: Match, unused?: () => void): InitialState {
    return new InitialState(this.#contents.state(match), this.limits.stateBatch, unused);
  }

  #renew(now: Held | Broken): void {
    const before = this.#set(now.key, now);
    if (before instanceof Held) before.release();
  }

  #set(key: string, now: Held | Broken | undefined): Held | Broken | undefined {
    this.#states.clear();
    return this.#contents.set(key, now);
  }

  #applyAll(events: readonly StorageEvent[], decoded: Decoded): void {
    const now = this.#options.clock.monotonic();
    for (const [i, { key, revision }] of events.entries()) {
      if (revision <= this.#listed) continue;
      const change = this.#changeOf(key, revision, decoded[i], this.#set(key, decoded[i]));
      if (change.broken) this.#options.log.error('a stored value cannot be decoded', change.broken.error, { key });
      this.#window.append(change, now);
      this.#tell(change);
      this.#watchers.offer(change);
      if (change.previous) succeeded(change.previous, change.record);
    }
  }

  #changeOf(key: string, revision: Revision, now: Held | Broken | undefined, before: Held | Broken | undefined): Change {
    return new Change(key, revision, now, before, this.#options.context.forms);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#options.log.error('a listener of the cache failed', error, { key: change.key });
      }
    }
  }

  #replace(revision: Revision, items: readonly (Held | Broken)[]): void {
    if (this.#closedBy) return;
    this.#contents.clear();
    this.#states.clear();
    for (const item of items) this.#contents.set(item.key, item);
    for (const { key, error } of this.#contents.broken()) this.#options.log.error('a stored value cannot be decoded', error, { key });
    this.#own.forgetUpTo(revision);
    this.#listed = revision;
    this.#window.reset(revision);
  }

  async #recordOf(stored: { key: string; value: Uint8Array; revision: Revision }): Promise<CachedRecord> {
    const held = this.#contents.get(stored.key);
    if (held?.revision === stored.revision) return orThrow(held);
    return orThrow(await this.#decoder.decode(stored));
  }

  #checkReadable(): void {
    if (this.#closedBy) throw this.#closedBy;
    if (this.#backlog) throw new StorageError('Unavailable', `${this.spec.storedAs} is still being listed`);
  }
}

/** Its object is parsed again for whoever asks yet. */
function succeeded(before: Held, by: Held | undefined): void {
  by?.succeed(before);
  before.releaseObject();
}
