/** WATCH. Behaves like upstream apiserver/pkg/endpoints/handlers/watch.go and storage/cacher. */
import { StatusError, newNotAcceptable } from '../../apimachinery/errors.ts';
import type { ApiResponse, WatchEvent } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { isStorageError } from '../../storage/errors.ts';
import type { CacheWatch, CachedEvent, Match, WatchRequest } from '../../storage/cacher/interface.ts';
import { notOlderThan, revisionFrom } from '../../registry/generic/read.ts';
import { newWatchExpired } from '../../registry/generic/store-errors.ts';
import { MEDIA_TYPES, negotiate, type Answer } from './accept.ts';
import { completeFields } from './converted-records.ts';
import { statusOf } from './errors.ts';
import { FrameFeed } from './frame-feed.ts';
import type { ListOptions } from './list-options.ts';
import { selectionOf } from './match.ts';
import { storeOf, type Scope } from './scope.ts';
import { batchEncoder, errorFrame, objectEvents } from './watch-frames.ts';

const MIN_TIMEOUT = 1800_000;
/** A last bookmark leaves this long before the watch ends. */
const BOOKMARK_BEFORE_END = 2000;

export async function watch(scope: Scope, options: ListOptions): Promise<ApiResponse> {
  const { request, definition } = scope;
  const answer = negotiate(request, { protobuf: definition.validates === 'storage' });
  if (answer.mediaType === 'application/yaml') throw newNotAcceptable(`only the following media types are accepted: ${MEDIA_TYPES.filter((m) => m !== 'application/yaml').map((m) => `${m};stream=watch`).join(', ')}`);
  const namespace = definition.scope === 'Namespaced' ? request.info.namespace : '';
  const { match } = selectionOf(scope, options.selectors, namespace, request.info.name);
  if (options.resourceVersion !== '') revisionFrom(options.resourceVersion);
  const life = lifetime(scope, options);
  const started = await start(scope, options, match, life.signal);
  if (started instanceof StatusError) {
    life.end();
    return failed(scope, answer, started);
  }
  life.onNearEnd(options.allowWatchBookmarks ? () => started.requestBookmark() : undefined);
  return answered(scope, answer, started, life);
}

interface Lifetime {
  readonly signal: AbortSignal;
  onNearEnd(fn: (() => void) | undefined): void;
  end(): void;
}

/** Ends with the request, or when its time is over. */
function lifetime(scope: Scope, options: ListOptions): Lifetime {
  const { clock, rand } = scope.ctx;
  const minimum = scope.deps.minRequestTimeoutMs ?? MIN_TIMEOUT;
  const asked = (options.timeoutSeconds ?? 0) * 1000;
  const ms = asked === 0 ? minimum * (1 + rand.float()) : asked;
  const over = new AbortController();
  const abort = (): void => over.abort();
  const outer = scope.request.signal;
  if (outer.aborted || ms < 0) abort();
  else outer.addEventListener('abort', abort, { once: true });
  const timers = over.signal.aborted ? [] : [clock.after(ms, abort)];
  return {
    signal: over.signal,
    onNearEnd: (fn) => {
      if (fn && ms > BOOKMARK_BEFORE_END) timers.push(clock.after(ms - BOOKMARK_BEFORE_END, fn));
    },
    end: () => {
      for (const timer of timers) timer.stop();
      outer.removeEventListener('abort', abort);
      over.abort();
    },
  };
}

/** What goes wrong from here on is told as an ERROR event, as upstream does. */
async function start(scope: Scope, options: ListOptions, match: Match, signal: AbortSignal): Promise<CacheWatch | StatusError> {
  const { cacher } = storeOf(scope).parts;
  try {
    if (scope.definition.convertsOnRead) await completeFields(scope, cacher, options.selectors, match);
    const from = await startingPoint(scope, options);
    const state = from === 'state';
    const request: WatchRequest = { match, from, signal, ...(options.allowWatchBookmarks && { bookmarks: true, ...(state && options.sendInitialEvents === true && { initialEventsEnd: true }) }) };
    return cacher.watch(request);
  } catch (error) {
    return statusOf(error, scope.request, scope.deps);
  }
}

async function startingPoint(scope: Scope, options: ListOptions): Promise<number | 'state'> {
  const { cacher, set } = storeOf(scope).parts;
  const asked = options.resourceVersion === '' ? undefined : revisionFrom(options.resourceVersion);
  if (options.sendInitialEvents === true) {
    if (asked === undefined) await set.fresh(scope.request);
    else if (asked > 0) await notOlderThan(set, asked, scope.request);
    return 'state';
  }
  if (asked !== undefined && asked > 0) return asked;
  if (options.sendInitialEvents === undefined) return 'state';
  return asked === undefined ? set.fresh(scope.request) : cacher.revision;
}

/** The events, ended by an error's own event. */
async function* guarded(scope: Scope, events: CacheWatch, life: Lifetime): AsyncGenerator<readonly CachedEvent[] | StatusError> {
  try {
    for await (const batch of events) yield batch;
  } catch (error) {
    yield failureOf(scope, error);
  } finally {
    life.end();
  }
}

function failureOf(scope: Scope, error: unknown): StatusError {
  return isStorageError(error, 'Compacted') ? newWatchExpired(error) : statusOf(error, scope.request, scope.deps);
}

function answered(scope: Scope, answer: Answer, events: CacheWatch, life: Lifetime): ApiResponse {
  if (scope.request.accepts === 'objects') return { status: 200, headers: {}, body: { kind: 'events', events: objectEvents(scope, guarded(scope, events, life)) } };
  if (answer.as?.kind === 'PartialObjectMetadataList') return hungUp(answer, events, life);
  const chunks = new FrameFeed(events, { encode: batchEncoder(scope, answer), failed: (error) => errorFrame(failureOf(scope, error), answer), ended: () => life.end() });
  return { status: 200, headers: { 'Content-Type': contentType(answer) }, body: { kind: 'stream', chunks } };
}

/** An event is no list: upstream hangs up. */
function hungUp(answer: Answer, events: CacheWatch, life: Lifetime): ApiResponse {
  events.close();
  life.end();
  return { status: 200, headers: { 'Content-Type': contentType(answer) }, body: { kind: 'stream', chunks: [] } };
}

function failed(scope: Scope, answer: Answer, error: StatusError): ApiResponse {
  const event: WatchEvent = { type: 'ERROR', object: error.toStatus() as unknown as Obj };
  if (scope.request.accepts === 'objects') return { status: 200, headers: {}, body: { kind: 'events', events: once([event]) } };
  return { status: 200, headers: { 'Content-Type': contentType(answer) }, body: { kind: 'stream', chunks: once(errorFrame(error, answer)) } };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield await Promise.resolve(value);
}

const contentType = (answer: Answer): string => (answer.mediaType === 'application/json' ? answer.mediaType : `${answer.mediaType};stream=watch`);

