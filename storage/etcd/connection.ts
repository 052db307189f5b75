/** Calls to one of the members of an etcd cluster, with its errors in the words of storage/errors.ts. */
import type { Clock } from '../../component-base/clock.ts';
import { describeError } from '../../component-base/log.ts';
import { closed, isStorageError, StorageError, type StorageErrorCode } from '../errors.ts';
import { Channel, type Receiver, type TwoWay } from './grpc/channel.ts';
import type { ClientTls } from './grpc/dial.ts';
import { GrpcError, Status } from './grpc/status.ts';
import type { Message } from './grpc/stream.ts';
import { authenticateRequest, emptyRequest, readText } from './messages.ts';

export interface EtcdConnectionOptions {
  /** `https://host:2379`, `http://host:2379`, `unix:///path`; several members of one cluster. */
  readonly endpoints: readonly string[];
  readonly clock: Clock;
  readonly tls?: ClientTls;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly requestTimeoutMs?: number;
  /** How long `open` tries before it says that etcd cannot be reached. */
  readonly connectTimeoutMs?: number;
}

export type Kind = 'read' | { readonly writes: string };

/** A member that does not answer is frozen or cut off: a read goes to the next one, and of a write nobody knows. All members in turn take less than the 15 s within which an API server recovers. */
const READ_TIMEOUT_MS = 4000;
const WRITE_TIMEOUT_MS = 7000;
/** Of a member to which no connection stands, where there are others. */
const UNCONNECTED_TIMEOUT_MS = 3000;
const CONNECT_TIMEOUT_MS = 5000;
const CONNECT_PAUSE_MS = 100;

export class EtcdConnection {
  readonly #options: EtcdConnectionOptions;
  readonly #channels: readonly Channel[];
  #current = 0;
  #isClosed = false;

  constructor(options: EtcdConnectionOptions) {
    if (options.endpoints.length === 0) throw new Error('etcd needs an endpoint');
    this.#options = options;
    const { clock, tls } = options;
    this.#channels = options.endpoints.map((endpoint) => new Channel({ target: tls ? { endpoint, tls } : { endpoint }, clock }));
    this.#setToken();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Waits until one member answers. Throws Unavailable, naming the endpoints. */
  async open(): Promise<void> {
    const { clock, endpoints, connectTimeoutMs = CONNECT_TIMEOUT_MS } = this.#options;
    const deadline = clock.monotonic() + connectTimeoutMs;
    for (;;) {
      const rest = deadline - clock.monotonic();
      try {
        await this.#authenticate(rest);
        await this.#channel.unary('/etcdserverpb.Maintenance/Status', emptyRequest(), rest, readText);
        return;
      } catch (error) {
        if (isPermanent(error) || rest < CONNECT_PAUSE_MS) {
          throw new StorageError('Unavailable', `etcd cannot be used at ${endpoints.join(', ')}: ${describeError(error)}`, {
            cause: error,
          });
        }
        this.#turn();
        await clock.sleep(CONNECT_PAUSE_MS);
      }
    }
  }

  /**
   * `read` takes the answer apart while its bytes hold: during the call alone. Reads are repeated at another member when one fails. A write is repeated only when it has certainly not been sent.
   * Throws what a member said, if one did.
   */
  async call<T>(method: string, request: Message, kind: Kind, read: (response: Uint8Array) => T): Promise<T> {
    const failures: GrpcError[] = [];
    for (;;) {
      if (this.#isClosed) throw closed();
      const member = this.#current;
      try {
        return await this.#channel.unary(method, request, this.#timeoutFor(kind), read);
      } catch (error) {
        if (this.#isClosed) throw closed();
        if (!(error instanceof GrpcError)) throw error;
        failures.push(error);
        if (failures.length > this.#channels.length || !(await this.#mayRepeat(error, kind, member))) throw storageErrorOf(kind !== 'read' && !wasNotSent(error) ? error : tellingOne(failures), kind);
      }
    }
  }

  /** A two-way stream to the current member. The caller cancels it. */
  bidi(method: string, receiver: Receiver): TwoWay {
    if (this.#isClosed) throw closed();
    return this.#channel.twoWay(method, receiver);
  }

  /** Which member calls and streams go to now. */
  get member(): number {
    return this.#current;
  }

  /** The next call or stream goes to another member than the one that failed; where many fail at once, the first to say so decides. */
  failOver(member: number): void {
    if (member === this.#current) this.#turn();
  }

  /** `3.6.1`: that of the current member. */
  async version(): Promise<string> {
    return this.call('/etcdserverpb.Maintenance/Status', emptyRequest(), 'read', readText);
  }

  close(): void {
    this.#isClosed = true;
    for (const channel of this.#channels) channel.close();
  }

  get #channel(): Channel {
    return this.#channels[this.#current] as Channel;
  }

  #turn(): void {
    this.#current = (this.#current + 1) % this.#channels.length;
  }

  #timeoutFor(kind: Kind): number {
    const timeout = this.#options.requestTimeoutMs ?? (kind === 'read' ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS);
    return this.#channels.length === 1 || this.#channel.isConnected ? timeout : Math.min(timeout, UNCONNECTED_TIMEOUT_MS);
  }

  /** Sent with every call; a member without a leader refuses it. */
  #setToken(token?: string): void {
    for (const channel of this.#channels) channel.setMetadata([['hasleader', 'true'], ...(token === undefined ? [] : [['token', token] as const])]);
  }

  async #mayRepeat(error: GrpcError, kind: Kind, member: number): Promise<boolean> {
    if (isTokenRefused(error) && this.#options.auth) {
      await this.#authenticate(this.#options.requestTimeoutMs ?? READ_TIMEOUT_MS);
      return true;
    }
    if (error.code !== Status.unavailable && error.code !== Status.deadlineExceeded) return false;
    this.failOver(member);
    return this.#channels.length > 1 && (kind === 'read' || wasNotSent(error));
  }

  async #authenticate(timeoutMs: number): Promise<void> {
    const { auth } = this.#options;
    if (!auth) return;
    this.#setToken();
    this.#setToken(await this.#channel.unary('/etcdserverpb.Auth/Authenticate', authenticateRequest(auth.username, auth.password), timeoutMs, readText));
  }
}

/** Waiting does not help. */
function isPermanent(error: unknown): boolean {
  if (!(error instanceof GrpcError)) return false;
  const { code, message } = error;
  return code === Status.invalidArgument || code === Status.unauthenticated || code === Status.permissionDenied || /certificate|handshake/i.test(message);
}

function isTokenRefused({ code, message }: GrpcError): boolean {
  return code === Status.unauthenticated || message.includes('invalid auth token') || message.includes('revision of auth store is old');
}

function wasNotSent({ isUnsent, message }: GrpcError): boolean {
  return isUnsent || message.includes('etcdserver: no leader');
}

/** A member's own words before those of a connection that does not stand. */
function tellingOne(failures: readonly GrpcError[]): GrpcError {
  return failures.findLast((failure) => failure.message.startsWith('etcdserver: ')) ?? (failures.at(-1) as GrpcError);
}

/** etcd's errors by their texts, which are its contract for errors (etcd's api/v3rpc/rpctypes). */
function storageErrorOf(error: GrpcError, kind: Kind): StorageError {
  const { message, code } = error;
  const key = kind === 'read' ? {} : { key: kind.writes };
  const of = (name: StorageErrorCode): StorageError => new StorageError(name, textOf(error), { ...key, cause: error, isLate: code === Status.deadlineExceeded });
  if (message.includes('required revision has been compacted')) return of('Compacted');
  if (message.includes('required revision is a future revision')) return of('FutureRevision');
  if (message.includes('database space exceeded')) return of('NoSpace');
  if (message.includes('request is too large') || message.includes('larger than max')) return of('TooLarge');
  const isCertain = kind === 'read' || wasNotSent(error) || REFUSALS.has(code) || message.includes('too many requests');
  return of(isCertain ? 'Unavailable' : 'UnknownOutcome');
}

/** As upstream's client prints it: etcd's own errors by their text alone. */
function textOf({ message, code, codeName }: GrpcError): string {
  if (message.startsWith('etcdserver: ')) return message;
  return code === Status.deadlineExceeded ? 'context deadline exceeded' : `rpc error: code = ${codeName} desc = ${message}`;
}

const REFUSALS: ReadonlySet<number> = new Set([
  Status.invalidArgument,
  Status.unauthenticated,
  Status.permissionDenied,
  Status.failedPrecondition,
  Status.notFound,
  Status.unimplemented,
]);

/** The error of a stream that broke off. */
export function streamError(error: unknown): StorageError {
  return isStorageError(error) ? error : storageErrorOf(error as GrpcError, 'read');
}
