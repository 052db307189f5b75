/** All resources of a server over one storage watch, split by key. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Clock, Timer } from '../../component-base/clock.ts';
import { EngineCollector } from '../../component-base/collection.ts';
import { type Log, silentLog } from '../../component-base/log.ts';
import { closed, compacted, isStorageError, StorageError } from '../errors.ts';
import type { Revision, Storage, StorageEvent, StorageWatch, WatchBatch } from '../interface.ts';
import { Budget } from './budget.ts';
import { ConsistencyChecker, describeInconsistency } from './consistency.ts';
import type { Inconsistency } from './interface.ts';
import { allOf } from './decoder.ts';
import type { Cacher, CacherSet, CacheSpec, Cancellable } from './interface.ts';
import { Passing } from './passing.ts';
import { RecordMemory } from './record-memory.ts';
import { ResourceCacher } from './resource-cacher.ts';
import { Shared, Waiters } from './waiters.ts';
import type { WatcherLimits } from './watcher.ts';
import type { WindowLimits } from './window.ts';

export interface CacherSetOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log?: Log;
  /** Every registered range lies below this. */
  readonly prefix?: string;
  /** How often watches that want bookmarks get one. */
  readonly bookmarkMs?: number;
  readonly window?: Partial<WindowLimits>;
  readonly watcher?: Partial<WatcherLimits>;
  /** Bytes of parsed objects, and of further encodings, that are kept. */
  readonly objectBytes?: number;
  readonly formBytes?: number;
  /** How often caches are compared with the store. */
  readonly checkMs?: number;
  /** For tests: they are compared when the set is closed, too, and a difference ends the process. */
  readonly panics?: boolean;
}

const WINDOW: WindowLimits = { ageMs: 3 * 60_000, atLeast: 1000, atMost: 100_000, bytes: 32 << 20 };
const WATCHER: WatcherLimits = { pendingEvents: 20_000, pendingBytes: 32 << 20, stateBatch: { events: 500, bytes: 256 << 10 } };
const CHECK_MS = 5 * 60_000;
const RETRY_MS = { first: 50, most: 5000 };
/** While a read waits for a revision, progress is asked for again this often: a request is lost when the stream breaks. */
const PROGRESS_MS = 200;

export function newCacherSet(options: CacherSetOptions): CacherSet {
  return new StreamedSet(options);
}

class StreamedSet implements CacherSet {
  readonly #options: CacherSetOptions;
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #resources = new Map<string, ResourceCacher>();
  readonly #abort = new AbortController();
  readonly #waiters: Waiters;
  readonly #passing = new Passing();
  readonly #newest: Shared<Revision>;
  readonly #objects: Budget;
  readonly #forms: Budget;
  readonly #memory: RecordMemory;
  readonly #ticks: Timer;
  readonly #checker: ConsistencyChecker;
  readonly #started: Promise<void>;
  readonly #running: Promise<void>;
  #watch: StorageWatch | undefined;
  #revision: Revision = 0;
  /** Lists as of older revisions are refused. */
  #compacted: Revision = 0;
  #lastError: Error | undefined;
  /** A cache was found to differ from the store. */
  #mustBeginAnew = false;

  constructor(options: CacherSetOptions) {
    this.#options = options;
    this.#storage = options.storage;
    this.#clock = options.clock;
    this.#log = options.log ?? silentLog;
    this.#objects = new Budget(options.objectBytes ?? 64 << 20, options.clock);
    this.#forms = new Budget(options.formBytes ?? 64 << 20, options.clock);
    this.#memory = new RecordMemory(options.clock, (collected) => new EngineCollector(collected));
    this.#waiters = new Waiters(options.clock, PROGRESS_MS, () => this.#watch?.requestProgress());
    this.#newest = new Shared(() => this.#storage.currentRevision());
    this.#ticks = options.clock.every(options.bookmarkMs ?? 60_000, () => this.#tick());
    const everyMs = options.checkMs ?? CHECK_MS;
    const check = (): Promise<readonly Inconsistency[]> => this.check();
    this.#checker = new ConsistencyChecker({ clock: options.clock, log: this.#log, everyMs, check, onInconsistency: (found) => this.#differs(found) });
    this.#started = this.#retrying(
      'the store cannot be reached',
      (error) => this.#interrupted(error),
      async () => {
        this.#revision = await this.#storage.currentRevision();
        this.#lastError = undefined;
      },
    );
    this.#running = this.#started.then(() => this.#run());
  }

  get revision(): Revision {
    return this.#revision;
  }

  get lastError(): Error | undefined {
    return this.#lastError;
  }

  register(spec: CacheSpec): Cacher {
    const { prefix } = spec.range;
    if (this.#abort.signal.aborted) throw closed();
    if (!prefix.endsWith('/') || !prefix.startsWith(this.#prefix))
      throw new Error(`${spec.storedAs}: ${prefix} is no range below ${this.#prefix}`);
    const taken = this.#resources.get(prefix);
    if (taken) throw new Error(`${spec.storedAs}: the range ${prefix} is that of ${taken.spec.storedAs}`);
    const resource = this.#newResource(spec);
    this.#resources.set(prefix, resource);
    void this.#load(resource);
    return resource;
  }

  waitFor(revision: Revision, until?: Cancellable): MaybePromise<void> {
    if (this.#abort.signal.aborted) return Promise.reject(closed());
    return revision <= this.#revision ? undefined : this.#waiters.wait(revision, until);
  }

  fresh(until?: Cancellable): MaybePromise<Revision> {
    const newest = this.#newest.get();
    const waiting = newest instanceof Promise ? newest.then((revision) => this.waitFor(revision, until)) : this.waitFor(newest, until);
    return waiting instanceof Promise ? waiting.then(() => this.#revision) : this.#revision;
  }

  forgetBefore(revision: Revision): void {
    this.#compacted = Math.max(this.#compacted, revision);
  }

  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    if (this.#options.panics) await this.#lastCheck();
    this.#abort.abort(closed());
    this.#ticks.stop();
    this.#waiters.fail(closed());
    this.#passing.end();
    for (const resource of this.#resources.values()) resource.close(closed());
    await this.#running;
  }

  async check(): Promise<readonly Inconsistency[]> {
    const found: Inconsistency[] = [];
    for (const resource of this.#resources.values()) {
      const one = await resource.check();
      if (one) found.push(one);
    }
    return found;
  }

  async #lastCheck(): Promise<void> {
    try {
      const found = await this.check();
      if (found.length > 0) this.#differs(found);
    } catch (error) {
      if (!isStorageError(error)) throw error;
      this.#log.debug('the store could not be asked any more', { error: error.message });
    }
  }

  #differs(found: readonly Inconsistency[]): void {
    if (this.#options.panics)
      queueMicrotask(() => {
        throw new Error(found.map(describeInconsistency).join('; '));
      });
    this.#mustBeginAnew = true;
    this.#watch?.requestProgress();
  }

  get #prefix(): string {
    return this.#options.prefix ?? '/registry/';
  }

  #newResource(spec: CacheSpec): ResourceCacher {
    const context = { objects: this.#objects, forms: this.#forms, parse: (bytes: Uint8Array) => spec.parse(bytes), memory: this.#memory };
    return new ResourceCacher({
      spec,
      context,
      storage: this.#storage,
      clock: this.#clock,
      log: this.#log.with({ resource: spec.storedAs }),
      window: { ...WINDOW, ...this.#options.window },
      watcher: { ...WATCHER, ...this.#options.watcher },
      position: () => this.#revision,
      compacted: () => this.#compacted,
      offered: (revision) => this.#passing.until(revision, this.#revision),
      onClose: () => void this.#resources.delete(spec.range.prefix),
    });
  }

  /** A resource must be in the map before it is listed, so that no event falls between. */
  async #load(resource: ResourceCacher): Promise<void> {
    await this.#started;
    await this.#retrying(
      `${resource.spec.storedAs} cannot be listed`,
      () => false,
      () => resource.load(),
    );
  }

  /** Reads the stream until closed; starts it again where it broke off. */
  async #run(): Promise<void> {
    let isGap = false;
    await this.#retrying(
      'the stream from the store is interrupted',
      (error) => this.#interrupted(error),
      async () => {
        if (isGap) await this.#reload();
        isGap = false;
        this.#mustBeginAnew = false;
        try {
          await this.#follow();
        } catch (error) {
          this.#passing.end();
          isGap = isStorageError(error, 'Compacted');
          throw error;
        }
      },
    );
  }

  async #follow(): Promise<void> {
    // What was before stands in the cache.
    this.#watch = this.#storage.watch({ prefix: this.#prefix }, this.#revision, this.#abort.signal, { previous: false });
    this.#passing.begin();
    if (this.#waiters.size > 0) this.#watch.requestProgress();
    for await (const batch of this.#watch) {
      this.#lastError = undefined;
      if (this.#mustBeginAnew) throw compacted(this.#revision, batch.upTo);
      await this.#take(batch);
    }
    if (!this.#abort.signal.aborted) this.#lastError = new StorageError('Closed', 'the store was closed');
  }

  async #reload(): Promise<void> {
    const revision = await this.#storage.currentRevision();
    await Promise.all([...this.#resources.values()].filter((resource) => resource.hasSynced).map((resource) => resource.reload()));
    this.#advance(revision);
  }

  /** All records are made first; then the whole batch is applied in one turn, so that no reader sees half of it. */
  #take({ events, upTo }: WatchBatch): MaybePromise<void> {
    const parts = [...this.#split(events)];
    const decoded = allOf(parts.map(([resource, its]) => resource.decode(its)));
    const apply = (ready: Awaited<typeof decoded>): void => {
      for (const [i, [resource, its]] of parts.entries()) resource.apply(its, ready[i] ?? []);
      this.#advance(upTo);
    };
    return decoded instanceof Promise ? decoded.then(apply) : apply(decoded);
  }

  #advance(revision: Revision): void {
    this.#revision = Math.max(this.#revision, revision);
    this.#waiters.reached(this.#revision);
    this.#passing.reached(this.#revision);
  }

  #split(events: readonly StorageEvent[]): Map<ResourceCacher, StorageEvent[]> {
    const parts = new Map<ResourceCacher, StorageEvent[]>();
    for (const event of events) {
      const resource = this.#resourceOf(event.key);
      if (!resource) continue;
      const part = parts.get(resource);
      if (part) part.push(event);
      else parts.set(resource, [event]);
    }
    return parts;
  }

  /** The resource with the longest range that holds the key. */
  #resourceOf(key: string): ResourceCacher | undefined {
    for (let end = key.lastIndexOf('/'); end >= 0; end = key.lastIndexOf('/', end - 1)) {
      const resource = this.#resources.get(key.slice(0, end + 1));
      if (resource) return resource;
      if (end === 0) return undefined;
    }
    return undefined;
  }

  #tick(): void {
    this.#objects.age();
    this.#forms.age();
    for (const resource of this.#resources.values()) resource.tick();
    this.#checker.tick();
  }

  /** Tells whether the stream had run before this error. */
  #interrupted(error: unknown): boolean {
    const hadRun = this.#lastError === undefined;
    this.#lastError = error instanceof Error ? error : new Error(String(error));
    return hadRun;
  }

  /** Repeats `run` until it succeeds or the set is closed, with pauses that grow; `isFirst` judges an error: true makes them short again. */
  async #retrying(what: string, isFirst: (error: unknown) => boolean, run: () => Promise<void>): Promise<void> {
    for (let ms = RETRY_MS.first; !this.#abort.signal.aborted; ms = Math.min(ms * 2, RETRY_MS.most)) {
      try {
        return await run();
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        if (isFirst(error)) ms = RETRY_MS.first;
        this.#log.error(what, error);
        if (isStorageError(error, 'Closed')) return;
        if (!isStorageError(error, 'Compacted')) await this.#pause(ms);
      }
    }
  }

  /** Ends early when the set is closed. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        timer.stop();
        this.#abort.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.#clock.after(ms, done);
      this.#abort.signal.addEventListener('abort', done);
    });
  }
}
