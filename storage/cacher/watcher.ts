/** One watch of one resource: what has been found for it and not been read yet. */
import { compacted } from '../errors.ts';
import type { Revision } from '../interface.ts';
import type { Change } from './change.ts';
import type { BookmarkEvent, CachedEvent, CacheSpec, CacheWatch, ChangeEvent, Tested, WatchRequest } from './interface.ts';
import { mayMatchKey } from './match.ts';
import type { Held } from './record.ts';

export interface WatcherLimits {
  /** Changes that may wait for a reader, beyond those of the past that it asked for. */
  readonly pendingEvents: number;
  readonly pendingBytes: number;
  /** How many objects of the current state are handed over at once. */
  readonly stateBatch: number;
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
  /** The objects that match, in key order, standing still. */
  state(request: WatchRequest): Iterable<Held>;
}

export class Watcher implements CacheWatch {
  readonly request: WatchRequest;
  readonly #source: WatcherSource;
  readonly #matches: (tested: Tested) => boolean;
  #pending: ChangeEvent[] = [];
  #pendingBytes = 0;
  #allowance: number;
  #isUnbounded = false;
  #isBookmarkDue = false;
  /** Changes at or below are not told. */
  #floor: Revision = 0;
  #over: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;
  #state: Iterable<Held> | undefined;
  /** Where the watch joined the stream; what lies between `from` and this comes from the store. */
  #pastUntil: Revision | undefined;
  #hasStarted = false;

  constructor(source: WatcherSource, request: WatchRequest, matches: (tested: Tested) => boolean) {
    this.#source = source;
    this.request = request;
    this.#matches = matches;
    this.#allowance = source.limits.pendingEvents;
    if (request.signal.aborted || source.isClosed) this.#over = {};
    else if (source.hasSynced) this.#start();
    request.signal.addEventListener('abort', this.#abort);
  }

  requestBookmark(): void {
    this.#isBookmarkDue = true;
    this.#wake?.();
  }

  /** Takes a change after all those offered before. */
  offer(change: Change): void {
    if (change.revision <= this.#floor || this.#over) return;
    try {
      const event = this.#seen(change);
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
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly CachedEvent[], void> {
    try {
      if (!this.#hasStarted) await this.#startWhenSynced();
      yield* this.#beginning();
      yield* this.#changes();
    } finally {
      this.end();
    }
  }

  async #startWhenSynced(): Promise<void> {
    const settled = this.#source.synced.catch(() => this.end());
    while (!this.#over && !this.#source.hasSynced) {
      if (this.#source.isClosed) this.end();
      else await Promise.race([settled, this.#changed()]);
    }
    if (!this.#over) this.#start();
  }

  #start(): void {
    this.#hasStarted = true;
    const { from } = this.request;
    this.#source.join(this);
    if (from === 'state') {
      this.#floor = this.#source.revision;
      this.#state = this.#source.state(this.request);
      return;
    }
    this.#floor = from;
    const recent = this.#source.recent(from);
    if (recent) this.#offerAll(recent);
    else this.#pastUntil = this.#source.revision;
  }

  /** Changes that the reader asked for count against no limit. */
  #offerAll(changes: Iterable<Change>): void {
    this.#isUnbounded = true;
    for (const change of changes) this.offer(change);
    this.#isUnbounded = false;
    this.#pendingBytes = 0;
    this.#allowance += this.#pending.length;
  }

  /** The current state, or what is older than memory. */
  async *#beginning(): AsyncGenerator<readonly CachedEvent[], void> {
    const start = this.#floor;
    if (this.#state) {
      yield* this.#batches(this.#state);
      this.#state = undefined;
      if (this.request.initialEventsEnd && !this.request.signal.aborted) yield [bookmark(start, true)];
    }
    if (this.#pastUntil === undefined) return;
    for await (const changes of this.#source.past(start, this.#pastUntil, this.request.signal)) {
      const events = changes.map((change) => this.#seen(change)).filter((event) => event !== undefined);
      if (events.length > 0) yield events;
    }
  }

  *#batches(state: Iterable<Held>): Generator<readonly CachedEvent[], void> {
    let batch: ChangeEvent[] = [];
    for (const record of state) {
      batch.push(record.asAdded());
      if (batch.length < this.#source.limits.stateBatch) continue;
      if (this.request.signal.aborted) return;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.request.signal.aborted) yield batch;
  }

  async *#changes(): AsyncGenerator<readonly CachedEvent[], void> {
    for (;;) {
      const batch = this.#take();
      if (batch.length > 0) yield batch;
      else if (this.#over?.error !== undefined) throw this.#over.error;
      else if (this.#over) return;
      else await this.#changed();
    }
  }

  #take(): readonly CachedEvent[] {
    const batch: CachedEvent[] = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#allowance = this.#source.limits.pendingEvents;
    if (this.#isBookmarkDue && !this.#over) {
      this.#isBookmarkDue = false;
      if (this.#source.revision >= this.#floor) batch.push(bookmark(this.#source.revision, false));
    }
    return batch;
  }

  #push(event: ChangeEvent): void {
    this.#pending.push(event);
    this.#pendingBytes += event.record.bytes.length;
    const isTooMuch = this.#pending.length > this.#allowance || this.#pendingBytes > this.#source.limits.pendingBytes;
    if (isTooMuch && !this.#isUnbounded) this.#abort();
    else this.#wake?.();
  }

  readonly #abort = (): void => {
    this.#drop();
    this.end();
  };

  #drop(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** What this watcher is told of the change. Throws when the change cannot be decoded and may concern it. */
  #seen(change: Change): ChangeEvent | undefined {
    if (change.broken && mayMatchKey(this.#source.spec, this.request.match, change.key)) throw change.broken.error;
    return change.seen(this.#holds(change.previous), this.#holds(change.record));
  }

  #holds(record: Held | undefined): boolean {
    return record !== undefined && this.#matches(record.tested);
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function bookmark(revision: Revision, initialEventsEnd: boolean): BookmarkEvent {
  return { type: 'BOOKMARK', revision, initialEventsEnd };
}

/** The error that ends a watch whose resource had to be listed anew. */
export const begunAnew = (revision: Revision): Error => compacted(revision, revision + 1);
