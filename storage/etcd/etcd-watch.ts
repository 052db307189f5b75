/** One watch on a stream of its own: etcd's watch with progress on request. What comes in one turn is one batch. */
import type { Clock, Timer } from '../../component-base/clock.ts';
import { compacted, StorageError } from '../errors.ts';
import type { KeyRange, Revision, StorageEvent, StorageWatch, WatchBatch } from '../interface.ts';
import { inRange, prefixEnd } from '../keys.ts';
import { type EtcdConnection, streamError } from './connection.ts';
import type { Receiver, TwoWay } from './grpc/channel.ts';
import { type EtcdEvent, isPreviousLost, plainPutRequest, readWatchResponse, watchCreateRequest, watchProgressRequest, type WatchResponse } from './messages.ts';
import type { OwnValues } from './own-values.ts';
import { answersProgress, BARRIER_KEY } from './progress.ts';

export interface EtcdWatchOptions {
  readonly connection: EtcdConnection;
  readonly clock: Clock;
  readonly range: KeyRange;
  readonly from: Revision;
  readonly signal: AbortSignal;
  /** Whether events tell what they replaced. */
  readonly previous: boolean;
  readonly own: OwnValues;
  currentRevision(): Promise<Revision>;
}

/** Events of a write that was just made arrive by themselves: progress is asked for when they have not after this; and again, for an answer may be late. */
const PATIENCE_MS = 20;
const ASK_AGAIN_MS = 50;
/** A member that does not come to the newest revision for so long is frozen or cut off: the watch begins anew at another. */
const SILENCE_MS = 4000;
/** The stream is held up while so many events wait. */
const FULL = 2000;
const NUL = new Uint8Array([0]);

export class EtcdWatch implements StorageWatch, Receiver {
  readonly #options: EtcdWatchOptions;
  /** Everything up to here has come. */
  #position: Revision;
  /** What has come and not been told, and whether there is something to tell. */
  #events: StorageEvent[] = [];
  #isDue = false;
  #over: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #stream: TwoWay | undefined;
  #isHeldUp = false;
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

  constructor(options: EtcdWatchOptions) {
    this.#options = options;
    this.#position = options.from;
  }

  requestProgress(): void {
    this.#isAsked = true;
    if (this.#isCreated) void this.#seekProgress();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch, void> {
    const { connection, signal, own } = this.#options;
    if (signal.aborted || connection.isClosed) return;
    const abort = (): void => this.#fail(signal.reason);
    signal.addEventListener('abort', abort);
    own.watched(1);
    try {
      this.#usesBarrier = !answersProgress(await connection.version());
      if (!signal.aborted) this.#open();
      yield* this.#batches();
    } catch (error) {
      if (signal.aborted || connection.isClosed) return;
      const failure = streamError(error);
      if (failure.code === 'Unavailable') connection.failOver(this.#member);
      throw failure;
    } finally {
      own.watched(-1);
      signal.removeEventListener('abort', abort);
      this.#timer?.stop();
      this.#stream?.cancel();
    }
  }

  message(bytes: Uint8Array): void {
    try {
      const response = readWatchResponse(bytes, this.#valueOf);
      this.#check(response);
      if (response.created) this.#created();
      else this.#gather(response);
    } catch (error) {
      this.#fail(error);
    }
  }

  ended(error: Error): void {
    this.#fail(error);
  }

  readonly #valueOf = (key: string, revision: Revision, value: Uint8Array): Uint8Array => this.#options.own.of(key, revision, value);

  #open(): void {
    const { connection, range, previous } = this.#options;
    this.#member = connection.member;
    this.#stream = connection.bidi('/etcdserverpb.Watch/Watch', this);
    const prefix = Buffer.from(range.prefix);
    const [key, end] = this.#usesBarrier || prefix.length === 0 ? [NUL, NUL] : [prefix, prefixEnd(prefix) ?? NUL];
    this.#stream.send(watchCreateRequest({ key, end, start: this.#position + 1, previous }));
  }

  /** What came before it is told, then an error is thrown. */
  async *#batches(): AsyncGenerator<WatchBatch, void> {
    for (;;) {
      if (this.#isDue) {
        const events = this.#events;
        this.#events = [];
        this.#isDue = false;
        if (this.#isHeldUp) this.#holdUp(false);
        yield { events, upTo: this.#position };
      } else if (this.#over) throw this.#over.error;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #check({ canceled, compactRevision, cancelReason, events }: WatchResponse): void {
    if (compactRevision > 0) throw compacted(this.#position, compactRevision);
    if (canceled) throw new StorageError('Unavailable', `etcd cancelled the watch: ${cancelReason}`);
    if (!this.#options.previous) return;
    const lost = events.find((event) => isPreviousLost(event) && inRange(this.#options.range, event.key));
    if (lost) throw new StorageError('Compacted', `what ${lost.key} held before revision ${lost.revision} has been compacted`, { key: lost.key });
  }

  #gather({ events, revision }: WatchResponse): void {
    const upTo = events.at(-1)?.revision ?? revision;
    const isProgress = events.length === 0 || (this.#usesBarrier && events.some((event) => event.key === BARRIER_KEY));
    if (upTo <= this.#position && !isProgress) return;
    for (const event of events) {
      if (event.revision <= this.#position || !inRange(this.#options.range, event.key)) continue;
      this.#events.push(plain(event));
      this.#isDue = true;
    }
    if (upTo > this.#position) this.#movedAt = this.#options.clock.monotonic();
    this.#position = Math.max(this.#position, upTo);
    const isReached = this.#wanted > 0 && this.#position >= this.#wanted;
    if (isReached) this.#stopSeeking();
    if (isProgress || isReached) this.#isDue = true;
    if (!this.#isHeldUp && this.#events.length >= FULL) this.#holdUp(true);
    if (this.#isDue) this.#wake?.();
  }

  #holdUp(isHeldUp: boolean): void {
    this.#isHeldUp = isHeldUp;
    this.#stream?.holdUp(isHeldUp);
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
          this.#isDue = true;
          this.#wake?.();
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
      this.#stream?.send(watchProgressRequest());
      return;
    }
    const written = this.#options.connection.call('/etcdserverpb.KV/Put', plainPutRequest(BARRIER_KEY, new Uint8Array(0)), 'read', () => undefined);
    written.catch((error: unknown) => this.#fail(error));
  }

  /** Ends the iteration with the error; only the first one counts. */
  #fail(error: unknown): void {
    this.#over ??= { error };
    this.#wake?.();
  }

  #stopSeeking(): void {
    this.#wanted = 0;
    this.#timer?.stop();
    this.#timer = undefined;
  }
}

function plain({ key, revision, value, previous }: EtcdEvent): StorageEvent {
  if (value && !previous) return { key, revision, value };
  return { key, revision, ...(value && { value }), ...(previous && { previous }) };
}
