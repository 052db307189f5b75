/** What code inside the server knows of the request it serves, and how it reads other resources and reaches the outside. */
import type { ApiResponse, Received } from '../../apimachinery/http.ts';
import type { ApiObject, GroupVersion, Key } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';

/** Behaves like upstream apiserver/pkg/authentication/user. */
export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'proxy' | 'connect';

/** The path and query, taken apart by one function (api/request-info.ts). Behaves like upstream apiserver/pkg/endpoints/request/requestinfo.go. */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  /** Decoded path without the query. */
  readonly path: string;
  /** A Verb for resources, the lower-case method for other paths. */
  readonly verb: string;
  /** 'api' or 'apis'. */
  readonly apiPrefix: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The path behind the subresource (proxy) or behind the prefix, split. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** The deprecated /watch/ form was used. */
  readonly isWatchPath: boolean;
}

export interface Authenticated extends Received {
  readonly info: RequestInfo;
  readonly user: UserInfo;
  /** Collects Warning headers of the answer. */
  readonly warnings: Warnings;
}

/** Texts of Warning headers; repeated texts are kept once. */
export interface Warnings {
  add(text: string): void;
  readonly list: readonly string[];
}

export interface RequestContext {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly requestedVersion: GroupVersion;
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly signal: AbortSignal;
  readonly stores: Stores;
  readonly egress: Egress;
  readonly warnings: Warnings;
}

/** Reads through the cacher; never through `client`. */
export interface Stores {
  /** Consistent reads and writes under the caller's own authority (no authorisation, no admission). */
  of<T extends ApiObject>(type: ResourceType<T>): InternalStore<T>;
  /** Synchronous reads of what has arrived. */
  cached<T extends ApiObject>(type: ResourceType<T>): CachedReader<T>;
}

/** What strategies, admission and authorisers may do with another resource. */
export interface InternalStore<T> {
  get(key: Key): Promise<DeepReadonly<T> | undefined>;
  list(namespace?: string): Promise<readonly DeepReadonly<T>[]>;
  create(obj: T): Promise<DeepReadonly<T>>;
  /** Guaranteed update: `change` may run several times; returning undefined writes nothing. A missing object throws NotFound. */
  update(key: Key, change: (current: T) => T | undefined): Promise<DeepReadonly<T>>;
  /** Deletes for good, without grace. */
  delete(key: Key): Promise<void>;
}

export interface CachedReader<T> {
  hasSynced(): boolean;
  get(key: Key): DeepReadonly<T> | undefined;
  /** All, or those of a namespace. */
  list(namespace?: string): readonly DeepReadonly<T>[];
  /** Runs after each change; returns a function that ends it. */
  onChange(listener: (change: { readonly key: Key; readonly object?: DeepReadonly<T>; readonly previous?: DeepReadonly<T> }) => void): () => void;
}

/** How the server reaches nodes, services and URLs. Made in api/egress; `cluster` may hand in one that reaches an in-process kubelet. */
export interface Egress {
  call(to: { readonly node: string } | { readonly service: Key; readonly port: number } | { readonly url: string }, request: Received): Promise<ApiResponse>;
}
