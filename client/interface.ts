/**
 * How controllers, scheduler, kubelet, kube-proxy and tests speak to the API. Two transports stand behind it (transport/http.ts, transport/in-process.ts); callers cannot tell which.
 * Behaves like upstream client-go.
 */
import type { ApiObject, Key, Obj } from '../apimachinery/meta.ts';
import type { DeepReadonly, Draft, ResourceType } from '../apimachinery/types/type.ts';

/** One request, before a transport turns it into bytes or a call. */
export interface TransportRequest {
  readonly method: string;
  /** Encoded path without query. */
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object (sent as JSON, or handed over in process), or bytes with their media type in `headers`. */
  readonly body?: { readonly object: unknown } | { readonly bytes: Uint8Array };
  readonly signal?: AbortSignal;
}

/** Exactly one of the readers is called. A status >= 400 is turned into a StatusError by Client, not here. */
export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  object(): Promise<unknown>;
  bytes(): Promise<Uint8Array>;
  stream(): AsyncIterable<Uint8Array>;
  /** Watch events in the batches in which they arrived. */
  events(): AsyncIterable<readonly WatchEventOf<Obj>[]>;
}

export interface Transport {
  send(request: TransportRequest): Promise<TransportResponse>;
  /** Upgrades a connection with a WebSocket subprotocol (exec, attach, port-forward). Messages keep their bounds. */
  upgrade(request: TransportRequest, protocols: readonly string[]): Promise<UpgradedConnection>;
  close(): Promise<void>;
}

export interface UpgradedConnection {
  readonly protocol: string;
  readonly messages: AsyncIterable<Uint8Array>;
  send(message: Uint8Array): Promise<void>;
  close(): void;
}

export interface WatchEventOf<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: DeepReadonly<T>;
}

export interface ListOptions {
  /** Absent: all namespaces (or a cluster-scoped resource). */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly limit?: number;
  readonly continue?: string;
  readonly signal?: AbortSignal;
}
export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  readonly timeoutSeconds?: number;
}
export interface WriteOptions {
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
  readonly fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
  readonly signal?: AbortSignal;
}
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  readonly force?: boolean;
}
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}
export type Patch =
  | { readonly type: 'json'; readonly body: readonly { readonly op: string; readonly path: string; readonly value?: unknown; readonly from?: string }[] }
  | { readonly type: 'merge' | 'strategic'; readonly body: unknown };

export interface ListResult<T> {
  readonly items: readonly DeepReadonly<T>[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** Results are shared and frozen: copy before changing (`structuredClone`). Every method throws StatusError (apimachinery/errors.ts) or the signal's reason. */
export interface ResourceClient<T extends ApiObject> {
  get(key: Key, options?: { readonly resourceVersion?: string; readonly signal?: AbortSignal }): Promise<DeepReadonly<T>>;
  list(options?: ListOptions): Promise<ListResult<T>>;
  /** Ends without error when the server ends it; an ERROR event is thrown as StatusError. */
  watch(options?: WatchOptions): AsyncIterable<readonly WatchEventOf<T>[]>;
  /** The namespace is the object's own. */
  create(obj: Draft<T>, options?: WriteOptions): Promise<DeepReadonly<T>>;
  update(obj: Draft<T>, options?: WriteOptions): Promise<DeepReadonly<T>>;
  patch(key: Key, patch: Patch, options?: WriteOptions): Promise<DeepReadonly<T>>;
  apply(obj: Draft<T>, options: ApplyOptions): Promise<DeepReadonly<T>>;
  /** The object when it stays for a while (grace, finalizers), else undefined. */
  delete(key: Key, options?: DeleteOptions): Promise<DeepReadonly<T> | undefined>;
  deleteCollection(options: ListOptions & DeleteOptions): Promise<void>;
  subresource<S = T>(name: string): SubresourceClient<S>;
  /** exec, attach, portforward. `query` as the options kind names its fields. */
  connect(key: Key, subresource: string, query: URLSearchParams, protocols: readonly string[], signal?: AbortSignal): Promise<UpgradedConnection>;
}

export interface SubresourceClient<S> {
  get(key: Key): Promise<DeepReadonly<S>>;
  /** A body that is no object (log). */
  stream(key: Key, query?: URLSearchParams, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  update(key: Key, obj: Draft<S>, options?: WriteOptions): Promise<DeepReadonly<S>>;
  patch(key: Key, patch: Patch, options?: WriteOptions): Promise<DeepReadonly<S>>;
  apply(key: Key, obj: Draft<S>, options: ApplyOptions): Promise<DeepReadonly<S>>;
  /** eviction, binding, token. */
  create<R = S>(key: Key, obj: unknown, options?: WriteOptions): Promise<DeepReadonly<R>>;
}

export interface Client {
  resource<T extends ApiObject>(type: ResourceType<T>): ResourceClient<T>;
  /** A collection known only at run time (custom resources, garbage collection, namespace deletion). */
  dynamic(gvr: { readonly group: string; readonly version: string; readonly resource: string; readonly namespaced: boolean }): ResourceClient<Obj>;
  /** Any path: discovery, health, metrics. */
  raw(request: TransportRequest): Promise<TransportResponse>;
  close(): Promise<void>;
}

/** A local copy of a collection, kept up to date by a reflector. Synchronous. */
export interface Lister<T> {
  get(key: Key): DeepReadonly<T> | undefined;
  /** All, or those of a namespace. Order is not promised. */
  list(namespace?: string): readonly DeepReadonly<T>[];
  /** Those whose index function gave `value`. The index was added before the informer started. */
  byIndex(index: string, value: string): readonly DeepReadonly<T>[];
}

export interface EventHandler<T> {
  /** `isInInitialList`: it existed when the informer started. */
  onAdd?(obj: DeepReadonly<T>, isInInitialList: boolean): void;
  onUpdate?(old: DeepReadonly<T>, obj: DeepReadonly<T>): void;
  /** The last state known. */
  onDelete?(obj: DeepReadonly<T>): void;
}

export interface Informer<T> {
  readonly lister: Lister<T>;
  addEventHandler(handler: EventHandler<T>): () => void;
  /** Adds an index; a name that exists with another function throws. */
  addIndex(name: string, values: (obj: DeepReadonly<T>) => readonly string[]): void;
  hasSynced(): boolean;
}

/** One informer a resource, shared by all who ask. `client/cache/shared-informers.ts` makes it. */
export interface SharedInformers {
  informer<T extends ApiObject>(type: ResourceType<T>, options?: { readonly namespace?: string; readonly fieldSelector?: string; readonly labelSelector?: string }): Informer<T>;
  /** Starts those asked for so far and, from now on, each new one at once. All end with `signal`. */
  start(signal: AbortSignal): void;
  /** Resolves when every started informer has its initial list. */
  waitForSync(signal?: AbortSignal): Promise<void>;
}

/** Records v1 Events about objects; equal ones are counted up, floods are dropped. Never throws and never blocks. `client/record/` makes it. */
export interface EventRecorder {
  /** `fieldPath` names a part of it: `spec.containers{web}`. */
  event(about: DeepReadonly<ApiObject>, type: 'Normal' | 'Warning', reason: string, message: string, fieldPath?: string): void;
}
