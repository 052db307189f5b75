/**
 * The cache between `registry` and a storage driver: it holds every object of the registered resources as the bytes that are served, and tells
 * changes to any number of watchers. It knows keys, bytes and what is tested; it knows no resource definition: `registry` supplies a CacheSpec.
 * Behaves like upstream k8s.io/apiserver/pkg/storage/cacher.
 */
import type { Feed } from '../../apimachinery/feed.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { StorageError } from '../errors.ts';
import type { KeyRange, Revision, StoredValue } from '../interface.ts';

/** What selectors, indexes and the node authoriser test of an object, so that they need not parse it. Never changed once handed over. */
export interface Tested {
  /** '' for cluster-scoped objects. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Selectable fields, metadata.name and metadata.namespace included. */
  readonly fields: Readonly<Record<string, string>>;
  readonly ownerUids: readonly string[];
}

/** What `registry` derives from a value once, when it is written or arrives from the store. */
export interface Projection {
  /** Canonical JSON of the object as it is served, UTF-8, without metadata.resourceVersion. */
  readonly bytes: Uint8Array;
  /** Offset in `bytes` at which the cacher inserts `"resourceVersion":"N",`: where a member of metadata begins. */
  readonly revisionAt: number;
  /** The list item is `{` followed by the bytes from this offset: that of `"metadata"` for built-in types, 1 for those whose items keep kind and apiVersion. Not above `revisionAt`. */
  readonly itemStart: number;
  readonly tested: Tested;
  /** The object itself, when at hand. It then belongs to the cacher, which sets its metadata.resourceVersion and freezes it. */
  readonly object?: Obj;
  /** The store holds an older format of this value: the next update is written even when it changes nothing. */
  readonly stale?: boolean;
}

/** One resource, as stored. */
export interface CacheSpec {
  /** `pods`, `deployments.apps`: for messages and metrics; unique. */
  readonly storedAs: string;
  /** Keys are `prefix + name` or `prefix + namespace + '/' + name`; the prefix ends with a slash. */
  readonly range: KeyRange;
  /** Values by which lists and watches are found without visiting every object, by the index's name: `{ 'spec.nodeName': (t) => [t.fields['spec.nodeName']] }`. */
  readonly indexes?: Readonly<Record<string, (tested: Tested) => readonly string[]>>;
  /** Decodes a stored value (decryption, older formats, defaults on read). What it throws makes the key corrupt: see Cacher. */
  project(stored: StoredValue): MaybePromise<Projection>;
  /** Parses `CachedRecord.bytes` again when the bounded cache of objects has dropped the object. */
  parse(bytes: Uint8Array): Obj;
}

/** A further encoding of records or events: another served version, protobuf, a table row, metadata only, a watch frame. Two forms with the same `id` give the same bytes. */
export interface Form<T> {
  readonly id: string;
  /** Called once per record (or event) and `id` while the result is kept. A failure is not kept. */
  encode(of: T): MaybePromise<Uint8Array>;
}

/** One revision of one object. Immutable; the same instance serves every reader. */
export interface CachedRecord {
  readonly key: string;
  readonly revision: Revision;
  /** Served JSON with resourceVersion in its place. May lie in a SharedArrayBuffer: copy it with copyBytes, which is as fast as elsewhere. */
  readonly bytes: Uint8Array;
  /** The same with a line end, which lies behind `bytes` in memory. */
  readonly line: Uint8Array;
  /** Where the inserted `"resourceVersion":"N",` begins in `bytes`, and its length. */
  readonly revisionAt: number;
  readonly revisionLength: number;
  /** The list item is `{` followed by `bytes` from here on. */
  readonly itemStart: number;
  readonly tested: Tested;
  readonly stale: boolean;
  /** The parsed object with resourceVersion, deeply frozen; parsed anew when it had been dropped. */
  object(): Obj;
  /** `form.encode(this)`, kept for the record's life within bounds. */
  form(form: Form<CachedRecord>): MaybePromise<Uint8Array>;
  /** Whether canonical bytes without resourceVersion equal this record's. */
  hasSameContent(bytes: Uint8Array): boolean;
  /** The same content under another revision: what a DELETED event and the answer to a delete carry. */
  at(revision: Revision): CachedRecord;
}

/** Which objects are meant. All conditions must hold; absent ones do. */
export interface Match {
  /** '' or absent: any. */
  readonly namespace?: string;
  readonly name?: string;
  /** One of `CacheSpec.indexes` and the value asked for. Objects and watchers are then found by it. */
  readonly index?: { readonly name: string; readonly value: string };
  /** A label that `test` demands with this value: objects may be found by it. */
  readonly label?: { readonly name: string; readonly value: string };
  /** Label selector and the remaining field selectors. Must depend on its argument alone. */
  test?(tested: Tested): boolean;
}

export interface ListRequest {
  readonly match: Match;
  readonly limit?: number;
  /** Only keys after this one (exclusive): the `key` of the last item of the page before. */
  readonly after?: string;
}

export interface CachedPage {
  /** In key order. */
  readonly items: readonly CachedRecord[];
  /** The revision the page shows; pass it to `listAt` for the pages that follow. */
  readonly revision: Revision;
  readonly more: boolean;
  /** How many matching objects follow this page; absent when `match` has `test` or `index` and `more` holds. */
  readonly remaining?: number;
}

export interface ChangeEvent {
  /** As this watcher sees it: an object that comes to match is ADDED, one that ceases to match is DELETED. */
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: Revision;
  /** DELETED: the content before, with the revision of the deletion (or of the change that left the selector). */
  readonly record: CachedRecord;
  /** `form.encode(this)`: one result for all watchers that see this event as this type. */
  frame(form: Form<ChangeEvent>): MaybePromise<Uint8Array>;
  /** A batch of this event and nothing else. */
  readonly alone: readonly ChangeEvent[];
}

export interface BookmarkEvent {
  readonly type: 'BOOKMARK';
  /** This watcher has been told every change up to here. Never goes back. */
  readonly revision: Revision;
  /** The current state has been told completely (annotation k8s.io/initial-events-end). */
  readonly initialEventsEnd: boolean;
}

export type CachedEvent = ChangeEvent | BookmarkEvent;

export interface WatchRequest {
  readonly match: Match;
  /** Changes after this revision, or `state`: first the current state as ADDED events in key order, then changes. */
  readonly from: Revision | 'state';
  /** Periodic bookmarks. */
  readonly bookmarks?: boolean;
  /** With `from: 'state'`: one bookmark with initialEventsEnd follows the state. */
  readonly initialEventsEnd?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Non-empty batches, in revision order, no gap, no repeat; those of the current state are frozen, and the same objects for all that are told it at once. What happened since the last batch comes as one.
 * Ends normally when the signal aborts, the resource is closed, or the reader is too slow (the client then resumes from its last revision).
 * Throws Compacted (start too old, or the cache had to begin anew: the client must list again), Corrupt (a changed value cannot be decoded).
 */
export interface CacheWatch extends Feed<readonly CachedEvent[]> {
  /** Sends a bookmark as soon as everything before it has been read: for the last moments before a watch's time-out. */
  requestBookmark(): void;
}

export interface RecordChange {
  readonly key: string;
  readonly revision: Revision;
  /** Absent: deleted. */
  readonly record?: CachedRecord;
  /** Absent: new. */
  readonly previous?: CachedRecord;
}

export interface PutRequest {
  readonly key: string;
  /** What the store keeps (encrypted, say): StorageCodec's output. */
  readonly value: Uint8Array;
  /** What `project` would give for it. */
  readonly projection: Projection;
  /** The revision that is replaced; 0: the key must be absent. */
  readonly expected: Revision;
  /** Seconds. */
  readonly ttl?: number;
}

export type PutResult = { readonly committed: true; readonly record: CachedRecord } | Lost;
export type DeleteResult = { readonly committed: true; readonly revision: Revision } | Lost;
/** The key was at another revision; `current` is what stands there, absent: nothing does. */
export interface Lost {
  readonly committed: false;
  readonly current?: CachedRecord;
}

export interface CorruptKey {
  readonly key: string;
  readonly revision: Revision;
  readonly error: StorageError;
}

/**
 * One resource. Reads are synchronous and show the cache as of `revision`; for a consistent read await `CacherSet.fresh` first, for a
 * "not older than" read `CacherSet.waitFor`. Before `hasSynced` reads throw Unavailable. Writes go to the store and come back as events; a write
 * of this server is not decoded again. A value that cannot be decoded makes `get` of its key and each list that includes it throw
 * Corrupt with the key, until it is overwritten or deleted; other keys are served.
 */
export interface Cacher {
  readonly spec: CacheSpec;
  readonly hasSynced: boolean;
  /** Resolves once `hasSynced`; rejects with NotServed when the resource is closed first, with Closed when the set is. */
  readonly synced: Promise<void>;
  /** Everything up to here is in the cache. Never goes back. */
  readonly revision: Revision;
  /** How many objects there are. */
  readonly size: number;
  get(key: string): CachedRecord | undefined;
  list(request: ListRequest): CachedPage;
  /** As of exactly this revision: from memory within the window, else from the store. Throws Compacted (whatever memory still holds), FutureRevision. */
  listAt(at: Revision, request: ListRequest): MaybePromise<CachedPage>;
  /** Throws nothing itself: errors come when it is read. */
  watch(request: WatchRequest): CacheWatch;
  /** Called synchronously at each change, in revision order, before watchers are told; returns the function that ends it. For indexes and admission inside the server. */
  onChange(listener: (change: RecordChange) => void): () => void;
  /** The keys whose values cannot be decoded; `delete` with the revision removes one. */
  corrupt(): readonly CorruptKey[];
  /** Reads the key from the store itself: the newest value, decoded. */
  read(key: string): Promise<CachedRecord | undefined>;
  /** Throws what the store throws; Corrupt when the loser's `current` cannot be decoded. */
  put(request: PutRequest): Promise<PutResult>;
  delete(key: string, expected: Revision): Promise<DeleteResult>;
  /** Derives every record anew from the store, at its revision and without events: after a CRD changed. */
  refresh(): Promise<void>;
  /** Every watch comes to its end, as when its time is over. */
  endWatches(): void;
  /** Ends its watches and forgets its records: the resource is no longer served, and reads throw NotServed. The store is left alone. */
  close(): void;
}

/** Who may stop waiting. The signal is asked for by a wait alone, since making one costs more than a read. */
export interface Cancellable {
  readonly signal: AbortSignal;
}

/** A key that cache and store hold at different revisions; absent: not at all. */
export interface Difference {
  readonly key: string;
  readonly cached?: Revision;
  readonly stored?: Revision;
}

export interface Inconsistency {
  readonly storedAs: string;
  readonly revision: Revision;
  /** The digests of all keys with their revisions. */
  readonly cacheDigest: string;
  readonly storeDigest: string;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

/** All resources of a server over one storage watch. */
export interface CacherSet {
  /** Lists the resource and joins the stream; at any time. Throws when the range is taken. */
  register(spec: CacheSpec): Cacher;
  /** Every synced resource shows at least this revision. */
  readonly revision: Revision;
  /** Until every synced resource shows `revision`: no wait when it does. Rejects with the signal's reason. */
  waitFor(revision: Revision, until?: Cancellable): MaybePromise<void>;
  /** Asks the store for its newest revision and waits for it: what follows is a consistent read. Concurrent callers share one question; no wait when the store knows and the cache shows it. */
  fresh(until?: Cancellable): MaybePromise<Revision>;
  /** The store was compacted: lists as of older revisions expire, as upstream's cache has it. Watches still resume within their window. */
  forgetBefore(revision: Revision): void;
  /** Why the stream from the store is interrupted now; undefined while it runs. For health checks. */
  readonly lastError: Error | undefined;
  /** Compares every resource with the store, at one revision each: what differs, which nothing should. Throws what the store throws. */
  check(): Promise<readonly Inconsistency[]>;
  /** Ends all watches. The store stays open. */
  close(): Promise<void>;
}
