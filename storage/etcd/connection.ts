/** Calls to one of the members of an etcd cluster, with its errors in the words of storage/errors.ts. */
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  connectivityState,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import type { Clock } from '../../component-base/clock.ts';
import { describeError } from '../../component-base/log.ts';
import { closed, isStorageError, StorageError, type StorageErrorCode } from '../errors.ts';
import { authenticateRequest, emptyRequest, readText } from './messages.ts';

export interface EtcdConnectionOptions {
  /** `https://host:2379`, `http://host:2379`, `unix:///path`; several members of one cluster. */
  readonly endpoints: readonly string[];
  readonly clock: Clock;
  /** PEM. */
  readonly tls?: { readonly ca?: Uint8Array; readonly cert?: Uint8Array; readonly key?: Uint8Array };
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
const same = (buffer: Buffer): Buffer => buffer;
/** Requests may be larger than a value may be: etcd itself refuses what it does not take. */
const CHANNEL = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 2000,
  // etcd takes no more than a ping in 5 s.
  'grpc.keepalive_time_ms': 6000,
  'grpc.keepalive_timeout_ms': 3000,
};

/** Of those that a failing connection or a refusing member gives, as Go prints them. */
const CODES: Readonly<Partial<Record<status, string>>> = {
  [status.CANCELLED]: 'Canceled',
  [status.INVALID_ARGUMENT]: 'InvalidArgument',
  [status.PERMISSION_DENIED]: 'PermissionDenied',
  [status.RESOURCE_EXHAUSTED]: 'ResourceExhausted',
  [status.FAILED_PRECONDITION]: 'FailedPrecondition',
  [status.UNIMPLEMENTED]: 'Unimplemented',
  [status.INTERNAL]: 'Internal',
  [status.UNAVAILABLE]: 'Unavailable',
  [status.UNAUTHENTICATED]: 'Unauthenticated',
};

export class EtcdConnection {
  readonly #options: EtcdConnectionOptions;
  readonly #clients: readonly Client[];
  #current = 0;
  #token: string | undefined;
  #isClosed = false;

  constructor(options: EtcdConnectionOptions) {
    if (options.endpoints.length === 0) throw new Error('etcd needs an endpoint');
    this.#options = options;
    this.#clients = options.endpoints.map((endpoint) => new Client(addressOf(endpoint), credentialsFor(endpoint, options), CHANNEL));
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
        await this.#attempt('/etcdserverpb.Maintenance/Status', emptyRequest(), rest);
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

  /** Reads are repeated at another member when one fails. A write is repeated only when it has certainly not been sent. Throws what a member said, if one did. */
  async call(method: string, request: Buffer, kind: Kind): Promise<Buffer> {
    const failures: ServiceError[] = [];
    for (;;) {
      if (this.#isClosed) throw closed();
      const member = this.#current;
      try {
        return await this.#attempt(method, request, this.#timeoutFor(kind));
      } catch (error) {
        if (this.#isClosed) throw closed();
        const failure = error as ServiceError;
        failures.push(failure);
        if (failures.length > this.#clients.length || !(await this.#mayRepeat(failure, kind, member))) throw storageErrorOf(kind !== 'read' && !wasNotSent(failure) ? failure : tellingOne(failures), kind);
      }
    }
  }

  /** A two-way stream to the current member. The caller cancels it. */
  bidi(method: string): ClientDuplexStream<Buffer, Buffer> {
    if (this.#isClosed) throw closed();
    return this.#client.makeBidiStreamRequest(method, same, same, this.#metadata());
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
    return readText(await this.call('/etcdserverpb.Maintenance/Status', emptyRequest(), 'read'));
  }

  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients) client.close();
  }

  get #client(): Client {
    return this.#clients[this.#current] as Client;
  }

  #turn(): void {
    this.#current = (this.#current + 1) % this.#clients.length;
  }

  #timeoutFor(kind: Kind): number {
    const timeout = this.#options.requestTimeoutMs ?? (kind === 'read' ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS);
    const isConnected = this.#clients.length === 1 || this.#client.getChannel().getConnectivityState(false) === connectivityState.READY;
    return isConnected ? timeout : Math.min(timeout, UNCONNECTED_TIMEOUT_MS);
  }

  #metadata(): Metadata {
    const metadata = new Metadata();
    metadata.set('hasleader', 'true');
    if (this.#token !== undefined) metadata.set('token', this.#token);
    return metadata;
  }

  #attempt(method: string, request: Buffer, timeoutMs: number): Promise<Buffer> {
    const options: CallOptions = { deadline: this.#options.clock.now() + timeoutMs };
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        method,
        same,
        same,
        request,
        this.#metadata(),
        options,
        (error: ServiceError | null, response?: Buffer) => {
          if (error) reject(error);
          else resolve(response ?? Buffer.alloc(0));
        },
      );
    });
  }

  async #mayRepeat(error: ServiceError, kind: Kind, member: number): Promise<boolean> {
    if (isTokenRefused(error) && this.#options.auth) {
      await this.#authenticate(this.#options.requestTimeoutMs ?? READ_TIMEOUT_MS);
      return true;
    }
    if (error.code !== status.UNAVAILABLE && error.code !== status.DEADLINE_EXCEEDED) return false;
    this.failOver(member);
    return this.#clients.length > 1 && (kind === 'read' || wasNotSent(error));
  }

  async #authenticate(timeoutMs: number): Promise<void> {
    const { auth } = this.#options;
    if (!auth) return;
    this.#token = undefined;
    this.#token = readText(
      await this.#attempt('/etcdserverpb.Auth/Authenticate', authenticateRequest(auth.username, auth.password), timeoutMs),
    );
  }
}

function addressOf(endpoint: string): string {
  if (endpoint.startsWith('unix:')) return endpoint;
  const { host } = new URL(endpoint.includes('://') ? endpoint : `http://${endpoint}`);
  return host;
}

function credentialsFor(endpoint: string, { tls }: EtcdConnectionOptions): ChannelCredentials {
  if (!endpoint.startsWith('https://')) return credentials.createInsecure();
  const pem = (bytes: Uint8Array | undefined): Buffer | null => (bytes ? Buffer.from(bytes) : null);
  return credentials.createSsl(pem(tls?.ca), pem(tls?.key), pem(tls?.cert));
}

/** Waiting does not help. */
function isPermanent(error: unknown): boolean {
  const { code, details = '' } = error as Partial<ServiceError>;
  return (
    code === status.INVALID_ARGUMENT ||
    code === status.UNAUTHENTICATED ||
    code === status.PERMISSION_DENIED ||
    /certificate|handshake/i.test(details)
  );
}

function isTokenRefused({ code, details }: ServiceError): boolean {
  return code === status.UNAUTHENTICATED || details.includes('invalid auth token') || details.includes('revision of auth store is old');
}

/** No connection stood: grpc-js says so before anything leaves, at once or when the time is over. */
function wasNotSent({ details }: ServiceError): boolean {
  return (
    details.includes('Waiting for LB pick') ||
    details.startsWith('No connection established') ||
    details.startsWith('Name resolution failed') ||
    details.includes('etcdserver: no leader')
  );
}

/** A member's own words before those of a connection that does not stand. */
function tellingOne(failures: readonly ServiceError[]): ServiceError {
  return failures.findLast((failure) => failure.details.startsWith('etcdserver: ')) ?? (failures.at(-1) as ServiceError);
}

/** etcd's errors by their texts, which are its contract for errors (etcd's api/v3rpc/rpctypes). */
function storageErrorOf(error: ServiceError, kind: Kind): StorageError {
  const { details, code } = error;
  const key = kind === 'read' ? {} : { key: kind.writes };
  const of = (name: StorageErrorCode): StorageError => new StorageError(name, textOf(error), { ...key, cause: error, isLate: code === status.DEADLINE_EXCEEDED });
  if (details.includes('required revision has been compacted')) return of('Compacted');
  if (details.includes('required revision is a future revision')) return of('FutureRevision');
  if (details.includes('database space exceeded')) return of('NoSpace');
  if (details.includes('request is too large') || details.includes('larger than max')) return of('TooLarge');
  const isCertain = kind === 'read' || wasNotSent(error) || isRefusal(code) || details.includes('too many requests');
  return of(isCertain ? 'Unavailable' : 'UnknownOutcome');
}

/** As upstream's client prints it: etcd's own errors by their text alone. */
function textOf({ details, code }: ServiceError): string {
  if (details.startsWith('etcdserver: ')) return details;
  return code === status.DEADLINE_EXCEEDED ? 'context deadline exceeded' : `rpc error: code = ${CODES[code] ?? 'Unknown'} desc = ${details}`;
}

function isRefusal(code: status): boolean {
  return (
    code === status.INVALID_ARGUMENT ||
    code === status.UNAUTHENTICATED ||
    code === status.PERMISSION_DENIED ||
    code === status.FAILED_PRECONDITION ||
    code === status.NOT_FOUND ||
    code === status.UNIMPLEMENTED
  );
}

/** The error of a stream that broke off. */
export function streamError(error: unknown): StorageError {
  return isStorageError(error) ? error : storageErrorOf(error as ServiceError, 'read');
}
