/**
 * Keeps a sink equal to a collection of the server. A state machine:
 *
 *   listing  → watching           the sink was replaced by a list
 *   watching → watching           the server ended the stream: go on from the last revision seen
 *   watching → listing            the revision is gone (Expired), or an answer cannot be explained: start over
 *   any      → same, after a pause, when the server cannot be reached or refuses
 *
 * Behaves like upstream client-go/tools/cache reflector.go.
 */
import { isExpired, isStatusError } from '../../apimachinery/errors.ts';
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Backoff } from '../../component-base/backoff.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { ResourceClient, WatchEventOf } from '../interface.ts';

export interface Sink<T> {
  /** What was known is replaced by `items`. */
  replace(items: readonly DeepReadonly<T>[]): void;
  /** Never a BOOKMARK or an ERROR. */
  apply(event: WatchEventOf<T>): void;
}

export interface ReflectorOptions<T extends ApiObject> {
  readonly client: ResourceClient<T>;
  readonly sink: Sink<T>;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Gets the initial state as a stream of events (sendInitialEvents) instead of a list; falls back when the server refuses. */
  readonly watchList?: boolean;
  /** Objects a page of a list that is not served from the cache; 500 unless told. */
  readonly pageSize?: number;
}

/** `from`: '0' (any state the server has at hand), '' (the newest). */
type State = { readonly name: 'listing'; readonly from: '0' | '' } | { readonly name: 'watching'; readonly from: string };

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

export class Reflector<T extends ApiObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  #watchList: boolean;
  #state: State = { name: 'listing', from: '0' };

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#watchList = options.watchList ?? false;
    this.#backoff = new Backoff({ initial: 800, max: 30_000, jitter: 1, resetAfter: 120_000 }, options.clock, options.rand);
  }

  /** Ends (without error) only when `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#state = await this.#step(this.#state, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#state = this.#after(error);
        await this.#pause(signal);
      }
    }
  }

  async #step(state: State, signal: AbortSignal): Promise<State> {
    if (state.name === 'watching') return this.#watch(state.from, signal);
    return this.#watchList ? this.#streamList(signal) : this.#list(state.from, signal);
  }

  /** Where an error sends us. */
  #after(error: unknown): State {
    const { log } = this.#options;
    if (isExpired(error)) {
      log.debug('watch: the revision is gone, listing anew');
      return { name: 'listing', from: '' };
    }
    if (this.#watchList && isStatusError(error, 'Invalid')) {
      this.#watchList = false;
      return { name: 'listing', from: '' };
    }
    log.warn('list or watch failed', { err: error instanceof Error ? error.message : String(error), state: this.#state.name });
    return this.#state;
  }

  async #pause(signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(this.#backoff.next(), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #scope(signal: AbortSignal) {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return { ...(namespace !== undefined && { namespace }), ...(labelSelector !== undefined && { labelSelector }), ...(fieldSelector !== undefined && { fieldSelector }), signal };
  }

  /** A list at '0' comes whole from the server's cache; one at '' comes in pages. */
  async #list(from: '0' | '', signal: AbortSignal): Promise<State> {
    const { client, sink, pageSize = 500 } = this.#options;
    const scope = this.#scope(signal);
    const items: DeepReadonly<T>[] = [];
    let page = await client.list(from === '0' ? { ...scope, resourceVersion: '0' } : { ...scope, limit: pageSize });
    items.push(...page.items);
    while (page.continue !== undefined) {
      page = await client.list({ ...scope, limit: pageSize, continue: page.continue });
      items.push(...page.items);
    }
    signal.throwIfAborted();
    sink.replace(items);
    return { name: 'watching', from: page.resourceVersion };
  }

  /** One stream: first the state, then, after the marked bookmark, the changes. */
  async #streamList(signal: AbortSignal): Promise<State> {
    const { client, sink } = this.#options;
    let initial: Map<string, DeepReadonly<T>> | undefined = new Map();
    let last = '';
    for await (const batch of client.watch({ ...this.#scope(signal), allowWatchBookmarks: true, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', timeoutSeconds: this.#timeout() })) {
      for (const event of batch) {
        const { metadata } = event.object as ApiObject;
        last = metadata.resourceVersion ?? last;
        if (initial === undefined) this.#change(event);
        else if (event.type !== 'BOOKMARK') initial.set(`${metadata.namespace ?? ''}/${metadata.name}`, event.object);
        else if (metadata.annotations?.[INITIAL_EVENTS_END] === 'true') {
          sink.replace([...initial.values()]);
          initial = undefined;
        }
      }
    }
    return initial === undefined ? { name: 'watching', from: last } : { name: 'listing', from: '' };
  }

  async #watch(from: string, signal: AbortSignal): Promise<State> {
    let last = from;
    try {
      for await (const batch of this.#options.client.watch({ ...this.#scope(signal), resourceVersion: from, allowWatchBookmarks: true, timeoutSeconds: this.#timeout() })) {
        for (const event of batch) {
          this.#change(event);
          last = (event.object as ApiObject).metadata.resourceVersion ?? last;
        }
      }
    } finally {
      this.#state = { name: 'watching', from: last };
    }
    return last === from ? this.#shortWatch(from, signal) : { name: 'watching', from: last };
  }

  /** A stream that ended without a single event: no hurry to open the next. */
  async #shortWatch(from: string, signal: AbortSignal): Promise<State> {
    await this.#pause(signal);
    return { name: 'watching', from };
  }

  #change(event: WatchEventOf<T>): void {
    if (event.type !== 'BOOKMARK') this.#options.sink.apply(event);
  }

  /** 5 to 10 minutes, so that watches move between servers in time and not all at once. */
  #timeout(): number {
    return Math.floor(300 * (1 + this.#options.rand.float()));
  }
}
