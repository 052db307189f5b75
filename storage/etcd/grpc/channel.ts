/**
 * Calls to one server: connects when there is something to say, again when the connection is lost, and ends calls that take too long. Neighbours: session.ts and dial.ts below, storage/etcd/connection.ts above.
 * Behaves like upstream google.golang.org/grpc/clientconn.go.
 */
import type { Clock, Timer } from '../../../component-base/clock.ts';
import { authorityOf, dial, type Target, schemeOf } from './dial.ts';
import { encodeHeaders, type HeaderField } from '../../../component-base/http2/hpack.ts';
import { type Pipe, Session } from './session.ts';
import { GrpcError, Status } from './status.ts';
import { type Message, requestHeaders, Stream } from './stream.ts';

export interface ChannelOptions {
  readonly target: Target;
  readonly clock: Clock;
}

/** What a two-way call hears. */
export interface Receiver {
  /** The bytes hold during the call alone. What it throws ends the call. */
  message(bytes: Uint8Array): void;
  /** Called once, unless the call was cancelled. */
  ended(error: GrpcError): void;
}

export interface TwoWay {
  send(message: Message): void;
  cancel(): void;
  /** While it is held up the server sends no more than fits its window. */
  holdUp(isHeldUp: boolean): void;
}

const CONNECT_TIMEOUT_MS = 5000;
/** Pauses between attempts to connect: calls in between fail at once. */
const BACKOFF_MS = { first: 50, factor: 1.6, most: 2000 };
/** A connection with calls under way on which nothing comes for two of these is asked for a sign of life, and is given up when none comes for another. etcd takes no more than a ping in 5 s. */
const QUIET_MS = 3000;

class UnaryCall<T> extends Stream {
  readonly #request: Message;
  readonly #read: (response: Uint8Array) => T;
  readonly #done: (call: Stream) => void;
  #response: { readonly value: T } | undefined;
  #isRepeated = false;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor(head: Uint8Array, request: Message, deadline: number, read: (response: Uint8Array) => T, done: (call: Stream) => void) {
    super(head, true);
    this.#request = request;
    this.deadline = deadline;
    this.#read = read;
    this.#done = done;
    this.outgoing.push(request);
  }

  override repeat(): boolean {
    if (this.#isRepeated) return false;
    this.#isRepeated = true;
    this.isSent = false;
    this.rest = undefined;
    this.carrier = undefined;
    this.outgoing.splice(0, this.outgoing.length, this.#request);
    return true;
  }

  protected override message(bytes: Uint8Array): void {
    this.#response = { value: this.#read(bytes) };
  }

  protected override ended(error: GrpcError | undefined): void {
    this.#done(this);
    if (error) this.reject(error);
    else if (this.#response) this.resolve(this.#response.value);
    else this.reject(new GrpcError(Status.internal, 'the server ended the call without an answer'));
  }
}

class TwoWayCall extends Stream implements TwoWay {
  readonly #receiver: Receiver;

  constructor(head: Uint8Array, receiver: Receiver) {
    super(head, false);
    this.#receiver = receiver;
  }

  send(message: Message): void {
    if (this.isOver) return;
    this.outgoing.push(message);
    this.carrier?.send(this);
  }

  cancel(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.carrier?.reset(this);
  }

  holdUp(isHeldUp: boolean): void {
    this.isPaused = isHeldUp;
    if (!isHeldUp) this.carrier?.granted(this, 0);
  }

  protected override message(bytes: Uint8Array): void {
    this.#receiver.message(bytes);
  }

  protected override ended(error: GrpcError | undefined): void {
    this.#receiver.ended(error ?? new GrpcError(Status.unavailable, 'the server ended the stream'));
  }
}

export class Channel {
  readonly #options: ChannelOptions;
  readonly #heads = new Map<string, Uint8Array>();
  readonly #calls = new Set<Stream>();
  #metadata: readonly HeaderField[] = [];
  #session: Session | undefined;
  #pipe: Pipe | undefined;
  /** That one, and those that only end what is under way. */
  readonly #pipes = new Set<Pipe>();
  #isConnected = false;
  #isClosed = false;
  /** Calls that wait for the connection. */
  #waiting: Stream[] = [];
  #failure: { readonly error: GrpcError; readonly until: number; readonly pauseMs: number } | undefined;
  #deadlines: { readonly timer: Timer; readonly at: number } | undefined;
  #connecting: Timer | undefined;
  #keepAlive: Timer | undefined;
  #quiet = 0;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** A server has answered: a connection alone says little of one that is frozen. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Sent with every call from now on. */
  setMetadata(metadata: readonly HeaderField[]): void {
    this.#metadata = metadata;
    this.#heads.clear();
  }

  /** Rejects with a GrpcError, or with what `read` throws. */
  unary<T>(method: string, message: Message, timeoutMs: number, read: (response: Uint8Array) => T): Promise<T> {
    const call = new UnaryCall<T>(this.#head(method), message, this.#options.clock.monotonic() + timeoutMs, read, this.#forget);
    const answered = new Promise<T>((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    this.#calls.add(call);
    this.#watchDeadline(call.deadline);
    this.#start(call);
    return answered;
  }

  twoWay(method: string, receiver: Receiver): TwoWay {
    const call = new TwoWayCall(this.#head(method), receiver);
    this.#start(call);
    return call;
  }

  close(): void {
    this.#isClosed = true;
    const error = new GrpcError(Status.canceled, 'the client is closing');
    this.#lost(error);
    this.#deadlines?.timer.stop();
    for (const pipe of this.#pipes) pipe.destroy();
  }

  readonly #forget = (call: Stream): void => void this.#calls.delete(call);

  #head(method: string): Uint8Array {
    let head = this.#heads.get(method);
    if (!head) {
      const { target } = this.#options;
      head = encodeHeaders([...requestHeaders(schemeOf(target), authorityOf(target), method), ...this.#metadata]);
      this.#heads.set(method, head);
    }
    return head;
  }

  #start(stream: Stream): void {
    if (this.#session?.isOpen && this.#isConnected) {
      this.#session.open(stream);
      return;
    }
    const failure = this.#failure;
    if (this.#isClosed || (failure && this.#options.clock.monotonic() < failure.until)) {
      const error = failure?.error ?? new GrpcError(Status.canceled, 'the client is closed', { isUnsent: true });
      queueMicrotask(() => stream.end(error));
      return;
    }
    this.#waiting.push(stream);
    if (!this.#pipe) this.#connect();
  }

  #connect(): void {
    const { clock, target } = this.#options;
    const isCurrent = (): boolean => this.#pipe === pipe;
    const pipe: Pipe = dial(target, {
      read: (bytes) => session.read(bytes),
      closed: (error) => {
        this.#pipes.delete(pipe);
        session.fail(connectionError(error));
        if (isCurrent()) this.#lost(connectionError(error));
      },
    });
    const session = new Session({ pipe, onReady: () => isCurrent() && this.#connected(), onLeave: (unsent) => this.#left(unsent, isCurrent()) });
    this.#pipes.add(pipe);
    this.#pipe = pipe;
    this.#session = session;
    this.#connecting = clock.after(CONNECT_TIMEOUT_MS, () => {
      pipe.destroy();
      if (isCurrent()) this.#lost(connectionError(new Error(`no connection in ${CONNECT_TIMEOUT_MS} ms`)));
    });
  }

  #connected(): void {
    this.#connecting?.stop();
    this.#isConnected = true;
    this.#failure = undefined;
    this.#quiet = 0;
    this.#keepAlive = this.#options.clock.every(QUIET_MS, () => this.#lookForLife());
    for (const stream of this.#waiting.splice(0)) if (!stream.isOver) this.#session?.open(stream);
  }

  /** The server takes no more calls on a connection: the next ones, and those that it has not begun with, go over another. */
  #left(unsent: readonly Stream[], isCurrent: boolean): void {
    if (isCurrent) this.#detach();
    for (const stream of unsent) {
      if (stream.repeat()) this.#start(stream);
      else stream.end(new GrpcError(Status.unavailable, 'the server is leaving', { isUnsent: true }));
    }
  }

  #lost(error: GrpcError): void {
    const wasConnected = this.#isConnected;
    const session = this.#session;
    this.#detach();
    session?.fail(error);
    const unsent = new GrpcError(error.code, error.message, { isUnsent: true, cause: error.cause });
    if (!wasConnected) {
      const pauseMs = Math.min(BACKOFF_MS.most, this.#failure ? this.#failure.pauseMs * BACKOFF_MS.factor : BACKOFF_MS.first);
      this.#failure = { error: unsent, until: this.#options.clock.monotonic() + pauseMs, pauseMs };
    }
    for (const stream of this.#waiting.splice(0)) stream.end(unsent);
  }

  /** The next call connects anew. */
  #detach(): void {
    this.#connecting?.stop();
    this.#keepAlive?.stop();
    this.#session = undefined;
    this.#pipe = undefined;
    this.#isConnected = false;
  }

  #lookForLife(): void {
    const session = this.#session;
    if (!session) return;
    this.#quiet = session.wasRead() || session.size === 0 ? 0 : this.#quiet + 1;
    if (this.#quiet === 2) session.ping();
    if (this.#quiet < 3) return;
    this.#pipe?.destroy();
    this.#lost(new GrpcError(Status.unavailable, 'connection error: desc = "keepalive ping failed to receive ACK within timeout"'));
  }

  /** One timer for all calls: that of the earliest deadline when it was set. */
  #watchDeadline(at: number): void {
    if (this.#deadlines && this.#deadlines.at <= at) return;
    this.#deadlines?.timer.stop();
    const { clock } = this.#options;
    this.#deadlines = { timer: clock.after(Math.max(0, at - clock.monotonic()), () => this.#expire()), at };
  }

  #expire(): void {
    this.#deadlines = undefined;
    const now = this.#options.clock.monotonic();
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls) {
      // Timers may be a little early.
      if (call.deadline > now + 1) next = Math.min(next, call.deadline);
      else {
        call.carrier?.reset(call);
        call.end(new GrpcError(Status.deadlineExceeded, 'context deadline exceeded', { isUnsent: !call.isSent }));
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.#watchDeadline(next);
  }
}

/** In upstream's words. */
function connectionError(error: Error | undefined): GrpcError {
  return new GrpcError(Status.unavailable, `connection error: desc = "${error?.message ?? 'error reading from server: EOF'}"`, { cause: error });
}
