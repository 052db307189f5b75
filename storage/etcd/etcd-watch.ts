/** One watch on a stream of its own: etcd's watch with progress on request, which no client library for JavaScript offers. */
import type { Clock, Timer } from '../../component-base/clock.ts';
import { compacted, StorageError } from '../errors.ts';
import type { KeyRange, Revision, StorageWatch, WatchBatch } from '../interface.ts';
import { inRange, prefixEnd } from '../keys.ts';
import { type EtcdConnection, streamError } from './connection.ts';
import { Inbox } from './inbox.ts';
import {
  plainPutRequest,
  readWatchResponse,
  watchCreateRequest,
  watchProgressRequest,
  type EtcdEvent,
  type WatchResponse,
} from './messages.ts';
import { answersProgress, BARRIER_KEY } from './progress.ts';

export interface EtcdWatchOptions {
  readonly connection: EtcdConnection;
  readonly clock: Clock;
  readonly range: KeyRange;
  readonly from: Revision;
  readonly signal: AbortSignal;
  currentRevision(): Promise<Revision>;
}

type Stream = ReturnType<EtcdConnection['bidi']>;

/** Events of a write that was just made arrive by themselves: progress is asked for when they have not after this; and again, for an answer may be late. */
const PATIENCE_MS = 20;
const ASK_AGAIN_MS = 50;
/** A member that does not come to the newest revision for so long is frozen or cut off: the watch begins anew at another. */
const SILENCE_MS = 4000;
const NUL = new Uint8Array([0]);
/** Stands in the inbox for progress that needs no answer of etcd's. */
const PROGRESS = Symbol('progress');

export class EtcdWatch implements StorageWatch {
  readonly #options: EtcdWatchOptions;
  /** Everything up to here has been told. */
  #position: Revision;
  #stream: Stream | undefined;
  /** When (monotonic) the position last moved. */
  #movedAt = 0;
  /** Where the stream leads. */
  #member = 0;
  #isCreated = false;
  #usesBarrier = false;
  /** The revision that a request for progress waits for. */
  #wanted: Revision = 0;
  #isAsked = false;
  #isSeeking = false;
  #timer: Timer | undefined;
  #inbox: Inbox<Buffer | typeof PROGRESS> | undefined;

  constructor(options: EtcdWatchOptions) {
    this.#options = options;
    this.#position = options.from;
  }

  requestProgress(): void {
    this.#isAsked = true;
    if (this.#isCreated) void this.#seekProgress();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch, void> {
    const { connection, signal } = this.#options;
    if (signal.aborted || connection.isClosed) return;
    const abort = (): void => this.#stream?.cancel();
    signal.addEventListener('abort', abort);
    try {
      this.#usesBarrier = !answersProgress(await connection.version());
      if (!signal.aborted) yield* this.#batches(this.#open());
    } catch (error) {
      if (signal.aborted || connection.isClosed) return;
      const failure = streamError(error);
      if (failure.code === 'Unavailable') connection.failOver(this.#member);
      throw failure;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#timer?.stop();
      this.#stream?.cancel();
    }
  }

  #open(): Stream {
    this.#member = this.#options.connection.member;
    const stream = this.#options.connection.bidi('/etcdserverpb.Watch/Watch');
    this.#stream = stream;
    const prefix = Buffer.from(this.#options.range.prefix);
    const [key, end] = this.#usesBarrier || prefix.length === 0 ? [NUL, NUL] : [prefix, prefixEnd(prefix) ?? NUL];
    stream.write(watchCreateRequest(key, end, this.#position + 1));
    return stream;
  }

  async *#batches(stream: Stream): AsyncGenerator<WatchBatch, void> {
    const inbox = new Inbox<Buffer | typeof PROGRESS>(stream);
    this.#inbox = inbox;
    for await (const message of inbox) {
      if (message === PROGRESS) {
        yield { events: [], upTo: this.#position };
        continue;
      }
      const response = readWatchResponse(message);
      this.#check(response);
      if (response.created) this.#created();
      else yield* this.#batch(response);
    }
    if (!this.#options.signal.aborted && !this.#options.connection.isClosed) throw new StorageError('Unavailable', 'etcd ended the watch');
  }

  #check({ canceled, compactRevision, cancelReason, events }: WatchResponse): void {
    if (compactRevision > 0) throw compacted(this.#position, compactRevision);
    if (canceled) throw new StorageError('Unavailable', `etcd cancelled the watch: ${cancelReason}`);
    const lost = events.find((event) => event.isPreviousLost && inRange(this.#options.range, event.key));
    if (lost)
      throw new StorageError('Compacted', `what ${lost.key} held before revision ${lost.revision} has been compacted`, { key: lost.key });
  }

  *#batch({ events, revision }: WatchResponse): Generator<WatchBatch, void> {
    const upTo = events.at(-1)?.revision ?? revision;
    const isProgress = events.length === 0 || events.some((event) => event.key === BARRIER_KEY);
    if (upTo <= this.#position && !isProgress) return;
    const told = events.filter((event) => inRange(this.#options.range, event.key) && event.revision > this.#position).map(plain);
    if (upTo > this.#position) this.#movedAt = this.#options.clock.monotonic();
    this.#position = Math.max(this.#position, upTo);
    const isReached = this.#wanted > 0 && this.#position >= this.#wanted;
    if (isReached) this.#stopSeeking();
    if (told.length > 0 || isProgress || isReached) yield { events: told, upTo: this.#position };
  }

  #created(): void {
    this.#isCreated = true;
    if (this.#isAsked) void this.#seekProgress();
  }

  /** Finds out what is newest, once for all that ask meanwhile, and asks until the watch is there. */
  async #seekProgress(): Promise<void> {
    if (this.#isSeeking) return;
    this.#isSeeking = true;
    try {
      while (this.#isAsked) {
        this.#isAsked = false;
        const newest = await this.#options.currentRevision();
        // etcd does not answer a watch that begins after its newest write.
        if (this.#position >= newest) {
          this.#inbox?.push(PROGRESS);
          continue;
        }
        this.#wanted = Math.max(this.#wanted, newest);
        this.#timer ??= this.#options.clock.after(PATIENCE_MS, () => this.#askUntilReached());
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isSeeking = false;
    }
  }

  #askUntilReached(): void {
    const { clock } = this.#options;
    const since = clock.monotonic();
    this.#ask();
    this.#timer = clock.every(ASK_AGAIN_MS, () => {
      if (clock.monotonic() - Math.max(since, this.#movedAt) < SILENCE_MS) this.#ask();
      else this.#fail(new StorageError('Unavailable', 'the watch does not come to what the other members of etcd have'));
    });
  }

  #ask(): void {
    if (!this.#usesBarrier) {
      this.#stream?.write(watchProgressRequest());
      return;
    }
    const written = this.#options.connection.call(
      '/etcdserverpb.KV/Put',
      plainPutRequest(Buffer.from(BARRIER_KEY), new Uint8Array(0)),
      'read',
    );
    written.catch((error: unknown) => this.#fail(error));
  }

  /** Ends the iteration with the error. */
  #fail(error: unknown): void {
    this.#inbox?.fail(error);
  }

  #stopSeeking(): void {
    this.#wanted = 0;
    this.#timer?.stop();
    this.#timer = undefined;
  }
}

function plain({ key, revision, value, previous }: EtcdEvent): WatchBatch['events'][number] {
  return { key, revision, ...(value && { value }), ...(previous && { previous }) };
}
