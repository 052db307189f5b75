/** A set of keys that wait for a worker, in order. Fair, deduplicated, no key is worked on twice at a time. Behaves like upstream client-go/util/workqueue queue.go. */
import type { QueueMetrics } from './metrics.ts';

export class Queue<K> {
  /** Keys in the order in which they will be taken: every one is in #dirty and none in #processing. */
  readonly #queue: K[] = [];
  /** All that must be worked on. */
  readonly #dirty = new Set<K>();
  /** Taken and not yet done; may be dirty, too: then `done` puts them back into #queue. */
  readonly #processing = new Set<K>();
  /** Takers that found nothing. Not empty only while #queue is. */
  readonly #takers: ((key: K | undefined) => void)[] = [];
  readonly #metrics: QueueMetrics<K> | undefined;
  #closed = false;

  constructor(metrics?: QueueMetrics<K>) {
    this.#metrics = metrics;
  }

  /** How many wait; those being processed do not count. */
  get length(): number {
    return this.#queue.length;
  }

  /** Whether nothing waits and nothing is being processed. */
  get isIdle(): boolean {
    return this.#queue.length === 0 && this.#processing.size === 0;
  }

  add(key: K): void {
    if (this.#closed || this.#dirty.has(key)) return;
    this.#metrics?.add(key);
    this.#dirty.add(key);
    if (!this.#processing.has(key)) this.#offer(key);
  }

  /** The next key, once there is one; undefined when the queue was shut down and is drained. Every key taken must be given back by `done`. */
  take(): Promise<K | undefined> {
    const key = this.#queue.shift();
    if (key !== undefined) return Promise.resolve(this.#begin(key));
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Work on `key` ended. It comes again if it was added meanwhile. */
  done(key: K): void {
    this.#metrics?.done(key);
    this.#processing.delete(key);
    if (this.#dirty.has(key)) this.#offer(key);
  }

  /** Nothing more is accepted; what waits is still given out. */
  shutDown(): void {
    this.#closed = true;
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #offer(key: K): void {
    const taker = this.#takers.shift();
    if (taker) taker(this.#begin(key));
    else this.#queue.push(key);
  }

  #begin(key: K): K {
    this.#metrics?.get(key);
    this.#dirty.delete(key);
    this.#processing.add(key);
    return key;
  }
}
