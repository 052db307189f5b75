/**
 * A request and its answer without a socket: what `api` handles and what HTTP/1.1, HTTP/2 and the in-process transport of `client` adapt to.
 * No node: module is imported here.
 */
import type { Feed } from './feed.ts';
import type { Obj } from './meta.ts';

export type MaybePromise<T> = T | Promise<T>;

/** Lower-case names. A repeated header is joined by ", " except where `all` keeps them apart. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;
/** An array is sent as repeated header lines (Warning, Audit-ID never). */
export type ResponseHeaders = Record<string, string | readonly string[]>;

export interface Connection {
  readonly remoteAddress: string;
  readonly protocol: 'http/1.1' | 'h2' | 'in-process';
  /** DER, leaf first; empty when the client showed none or TLS did not verify it. */
  readonly peerCertificates: readonly Uint8Array[];
  /** The client showed a certificate that TLS did not verify: why. */
  readonly certificateError?: string;
}

export interface LazyBody {
  /** The whole body. Rejects with a RequestEntityTooLarge StatusError beyond `limit` bytes. */
  bytes(limit: number): Promise<Uint8Array>;
  /** Chunks as they arrive; for proxied requests and upgrades. */
  stream(): AsyncIterable<Uint8Array>;
  /** In process: the object itself, which the server normalises (the decoder's twin) and never changes in place. */
  readonly object?: unknown;
}

export interface Received {
  readonly method: string;
  /** Undecoded path without the query. */
  readonly rawPath: string;
  /** Undecoded query without "?". */
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  /** The values of a header that was repeated, in order, kept apart (Impersonate-Group). Absent: `headers` alone holds them. */
  allHeaders?(name: string): readonly string[];
  /** Whether there is a header whose name begins so. `prefix`: lower case. Absent: `headers` tells. */
  hasHeaderLike?(prefix: string): boolean;
  readonly body: LazyBody;
  readonly connection: Connection;
  /** In-process readers take frozen objects instead of bytes. */
  readonly accepts: 'bytes' | 'objects';
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** The same request with another target: what a proxy hands on. */
export function retargeted(request: Received, to: Partial<Pick<Received, 'method' | 'rawPath' | 'rawQuery'>>): Received {
  const { headers, body, connection, accepts } = request;
  return {
    method: to.method ?? request.method,
    rawPath: to.rawPath ?? request.rawPath,
    rawQuery: to.rawQuery ?? request.rawQuery,
    headers,
    body,
    connection,
    accepts,
    ...(request.allHeaders && { allHeaders: (name: string) => request.allHeaders?.(name) ?? [] }),
    get signal() {
      return request.signal;
    },
  };
}

/** A two-way byte stream (an upgraded connection). Ends when either side closes. */
export interface DuplexStream {
  readonly readable: AsyncIterable<Uint8Array>;
  /** Resolves when the peer can take more. */
  write(chunk: Uint8Array): Promise<void>;
  end(): void;
  destroy(error?: Error): void;
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Obj;
}

/** Can be made in a buffer of the reader's: each piece is then good until the next one is asked for. Pieces beyond the buffer's size are made apart. */
export interface ReusableChunks extends Iterable<Uint8Array> {
  into(buffer: Uint8Array): Iterator<Uint8Array, void>;
}

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | ReusableChunks | Feed<Uint8Array>;

export type Body =
  | { readonly kind: 'empty' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'object'; readonly object: Obj }
  | { readonly kind: 'events'; readonly events: AsyncIterable<readonly WatchEvent[]> }
  /** `length` when known. Chunks are written under backpressure; those of an Iterable or a Feed without a promise for each. */
  | { readonly kind: 'stream'; readonly chunks: Chunks; readonly length?: number }
  /** HTTP/1.1 Upgrade (exec, attach, port-forward). `accept` gets the raw connection after the 101 answer was written with the response's headers. */
  | { readonly kind: 'upgrade'; readonly protocol: string; accept(client: DuplexStream): Promise<void> };

export interface ApiResponse {
  readonly status: number;
  /** Of the answer that a transport gets: the transport's own, to which it adds. */
  readonly headers: ResponseHeaders;
  readonly body: Body;
}

/** Answers at once where nothing has to be waited for; may throw as well as reject. */
export type Handler<R extends Received = Received> = (request: R) => MaybePromise<ApiResponse>;
/** One link of the chain: takes the next handler, gives a handler that needs less. */
export type Stage<In extends Received, Out extends In> = (next: Handler<Out>) => Handler<In>;
