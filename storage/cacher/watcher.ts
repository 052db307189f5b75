/** One watch of one resource: what has been found for it and not been read yet. */
import { itemsOf } from '../../apimachinery/feed.ts';
import { compacted } from '../errors.ts';
import type { Revision } from '../interface.ts';
import type { Change } from './change.ts';
import type { BatchLimits, InitialState } from './initial-state.ts';
import type { BookmarkEvent, CachedEvent, CacheSpec, CacheWatch, ChangeEvent, Tested, WatchRequest } from './interface.ts';
import { mayMatchKey } from './match.ts';
import type { Held } from './record.ts';

export interface WatcherLimits {
  /** Changes that may wait for a reader, beyond those of the past that it asked for. */
  readonly pendingEvents: number;
  readonly pendingBytes: number;
  /** How much of the current state is handed over at once. */
  readonly stateBatch: BatchLimits;
}

/** What a watcher needs of its resource. */
export interface WatcherSource {
  readonly spec: CacheSpec;
  readonly limits: WatcherLimits;
  readonly revision: Revision;
  readonly synced: Promise<void>;
  readonly hasSynced: boolean;
  /** The resource is no longer served. */
  readonly isClosed: boolean;
  /** Registers the watcher: from now on `offer` is called for each change after `revision`. */
  join(watcher: Watcher): void;
  leave(watcher: Watcher): void;
  /** Changes after `from` that are still in memory; undefined when some are not. */
  recent(from: Revision): Iterable<Change> | undefined;
  /** Older changes from the store: those after `from` up to `to`. */
  past(from: Revision, to: Revision, signal: AbortSignal): AsyncIterable<readonly Change[]>;
  /** The objects that match, in key order, standing still; joined. */
  state(request: WatchRequest): InitialState;
  /** Calls the watcher's `tell` when the current turn is over, together with what others left for then. */
  soon(watcher: Watcher): void;
}

/** What a watch is told before the changes that come. */
interface Beginning {
  /** The current state, and how much of it was read. */
  readonly state?: InitialState;
  at: number;
  /** What is older than memory, while it is being read from the store. */
  readonly past?: AsyncIterator<readonly Change[], void>;
  isPulling: boolean;
  /** Read from the store and not handed over yet. */
  pulled: readonly CachedEvent[] | undefined;
}

const nobody = (): void => undefined;
const NONE: readonly ChangeEvent[] = [];

export class Watcher implements CacheWatch {
  readonly request: WatchRequest;
  readonly #source: WatcherSource;
  readonly #matches: (tested: Tested) => boolean;
  /** Nothing but the key decides. */
  readonly #isByKey: boolean;
  /** Its own once there are two: one alone is the event's own batch. */
  #pending: readonly ChangeEvent[] = NONE;
  #pendingBytes = 0;
  #allowance: number;
  #isUnbounded = false;
  #isBookmarkDue = false;
  /** Changes at or below are not told. */
  #floor: Revision = 0;
  #over: { error?: unknown } | undefined;
  #ready: () => void = nobody;
  #isWaking = false;
  /** Undefined once it was read. */
  #beginning: Beginning | undefined = { at: 0, isPulling: false, pulled: undefined };

  constructor(source: WatcherSource, request: WatchRequest, matches: (tested: Tested) => boolean) {
    this.#source = source;
    this.request = request;
    this.#matches = matches;
    this.#isByKey = !request.match.test && !request.match.index;
    this.#allowance = source.limits.pendingEvents;
    if (request.signal.aborted || source.isClosed) this.#abort();
    else {
      request.signal.addEventListener('abort', this.#abort);
      if (source.hasSynced) this.#start();
      else void this.#startWhenSynced();
    }
  }

  requestBookmark(): void {
    this.#isBookmarkDue = true;
    this.#wake();
  }

  /** Takes a change after all those offered before. `isOfKey`: its key is one that the match names. */
  offer(change: Change, isOfKey = false): void {
    if (change.revision <= this.#floor || this.#over) return;
    try {
      const event = isOfKey && this.#isByKey ? change.seen(change.previous !== undefined, change.record !== undefined) : this.#seen(change);
      if (event) this.#push(event);
    } catch (error) {
      this.end(error);
    }
  }

  /** The watch ends once what is pending has been read; with an error, when there is one. */
  end(error?: unknown): void {
    if (this.#over) return;
    this.#over = error === undefined ? {} : { error };
    this.#source.leave(this);
    this.request.signal.removeEventListener('abort', this.#abort);
    this.#wake();
  }

  read(): readonly CachedEvent[] | undefined {
    const first = this.#beginning && this.#readBeginning(this.#beginning);
    if (first || this.#beginning) return first;
    const batch = this.#take();
    if (batch) return batch;
    if (this.#over?.error === undefined) return undefined;
    const { error } = this.#over;
    this.#over = {};
    throw error;
  }

  get isOver(): boolean {
    return this.#over !== undefined && this.#over.error === undefined && !this.#beginning && this.#pending.length === 0;
  }

  listen(ready: () => void): void {
    this.#ready = ready;
  }

  close(): void {
    this.#ready = nobody;
    this.#abort();
  }

  [Symbol.asyncIterator](): AsyncGenerator<readonly CachedEvent[], void> {
    return itemsOf(this);
  }

  async #startWhenSynced(): Promise<void> {
    const [outcome] = await Promise.allSettled([this.#source.synced]);
    if (this.#over) return;
    if (outcome.status === 'rejected' || !this.#source.hasSynced) return this.#abort();
    this.#start();
    this.#wake();
  }

  #start(): void {
    const { from, signal } = this.request;
    this.#source.join(this);
    if (from === 'state') {
      this.#floor = this.#source.revision;
      this.#beginning = { state: this.#source.state(this.request), at: 0, isPulling: false, pulled: undefined };
      return;
    }
    this.#floor = from;
    const recent = this.#source.recent(from);
    if (recent) this.#offerAll(recent);
    const past = recent ? undefined : this.#source.past(from, this.#source.revision, signal)[Symbol.asyncIterator]();
    this.#beginning = past && { past, at: 0, isPulling: false, pulled: undefined };
  }

  /** Changes that the reader asked for count against no limit. */
  #offerAll(changes: Iterable<Change>): void {
    this.#isUnbounded = true;
    for (const change of changes) this.offer(change);
    this.#isUnbounded = false;
    this.#pendingBytes = 0;
    this.#allowance += this.#pending.length;
  }

  #readBeginning(beginning: Beginning): readonly CachedEvent[] | undefined {
    if (beginning.state) return this.#readState(beginning, beginning.state);
    if (!beginning.past) return undefined;
    const { pulled } = beginning;
    beginning.pulled = undefined;
    if (!pulled && !beginning.isPulling) void this.#pull(beginning, beginning.past);
    return pulled;
  }

  #readState(beginning: Beginning, state: InitialState): readonly CachedEvent[] | undefined {
    try {
      const batch = state.batch(beginning.at++);
      if (batch) return batch;
      this.#leaveBeginning();
      return this.request.initialEventsEnd ? [bookmark(this.#floor, true)] : undefined;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  /** Reads on in the store, one batch at a time. */
  async #pull(beginning: Beginning, past: AsyncIterator<readonly Change[], void>): Promise<void> {
    beginning.isPulling = true;
    try {
      const { done, value } = await past.next();
      if (done) this.#leaveBeginning();
      else beginning.pulled = nonEmpty((value as readonly Change[]).map((change) => this.#seen(change)).filter((event) => event !== undefined));
    } catch (error) {
      this.#fail(error);
    }
    beginning.isPulling = false;
    this.#wake();
  }

  /** The beginning cannot be told: nothing else is. */
  #fail(error: unknown): void {
    this.#drop();
    this.end(error);
  }

  #take(): readonly CachedEvent[] | undefined {
    const batch = this.#pending;
    if (batch.length === 0 && !this.#isBookmarkDue) return undefined;
    this.#pending = NONE;
    this.#pendingBytes = 0;
    this.#allowance = this.#source.limits.pendingEvents;
    if (!this.#isBookmarkDue || this.#over) return nonEmpty(batch);
    this.#isBookmarkDue = false;
    return nonEmpty(this.#source.revision >= this.#floor ? [...batch, bookmark(this.#source.revision, false)] : batch);
  }

  #push(event: ChangeEvent): void {
    const { length } = this.#pending;
    if (length === 0) this.#pending = event.alone;
    else if (length === 1) this.#pending = [...this.#pending, event];
    else (this.#pending as ChangeEvent[]).push(event);
    this.#pendingBytes += event.record.bytes.length;
    const isTooMuch = this.#pending.length > this.#allowance || this.#pendingBytes > this.#source.limits.pendingBytes;
    if (isTooMuch && !this.#isUnbounded) this.#abort();
    else this.#wake();
  }

  readonly #abort = (): void => {
    this.#drop();
    this.end();
  };

  #drop(): void {
    this.#pending = NONE;
    this.#pendingBytes = 0;
    this.#leaveBeginning();
  }

  #leaveBeginning(): void {
    const beginning = this.#beginning;
    this.#beginning = undefined;
    beginning?.state?.leave();
    void beginning?.past?.return?.();
  }

  /** What this watcher is told of the change. Throws when the change cannot be decoded and may concern it. */
  #seen(change: Change): ChangeEvent | undefined {
    if (change.broken && mayMatchKey(this.#source.spec, this.request.match, change.key)) throw change.broken.error;
    return change.seen(this.#holds(change.previous), this.#holds(change.record));
  }

  #holds(record: Held | undefined): boolean {
    return record !== undefined && this.#matches(record.tested);
  }

  #wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    this.#source.soon(this);
  }

  /** Called back by the source. */
  tell(): void {
    this.#isWaking = false;
    this.#ready();
  }
}

const nonEmpty = <T>(items: readonly T[]): readonly T[] | undefined => (items.length > 0 ? items : undefined);

function bookmark(revision: Revision, initialEventsEnd: boolean): BookmarkEvent {
  return { type: 'BOOKMARK', revision, initialEventsEnd };
}

/** The error that ends a watch whose resource had to be listed anew. */
export const begunAnew = (revision: Revision): Error => compacted(revision, revision + 1);
