/** What a queue tells about itself; the names are those of upstream's workqueue_* metrics. `cluster` hooks them to a registry. */
import type { Clock } from '../../component-base/clock.ts';

export interface QueueObserver {
  /** workqueue_depth */
  depth(name: string, waiting: number): void;
  /** workqueue_adds_total */
  added(name: string): void;
  /** workqueue_queue_duration_seconds */
  waited(name: string, seconds: number): void;
  /** workqueue_work_duration_seconds */
  worked(name: string, seconds: number): void;
  /** workqueue_retries_total */
  retried(name: string): void;
}

export class QueueMetrics<K> {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #observer: QueueObserver;
  readonly #addedAt = new Map<K, number>();
  readonly #takenAt = new Map<K, number>();

  constructor(name: string, clock: Clock, observer: QueueObserver) {
    this.#name = name;
    this.#clock = clock;
    this.#observer = observer;
  }

  add(key: K): void {
    this.#observer.added(this.#name);
    if (!this.#addedAt.has(key)) this.#addedAt.set(key, this.#clock.monotonic());
    this.#observer.depth(this.#name, this.#addedAt.size);
  }

  get(key: K): void {
    const now = this.#clock.monotonic();
    const added = this.#addedAt.get(key);
    if (added !== undefined) this.#observer.waited(this.#name, (now - added) / 1000);
    this.#addedAt.delete(key);
    this.#takenAt.set(key, now);
    this.#observer.depth(this.#name, this.#addedAt.size);
  }

  done(key: K): void {
    const taken = this.#takenAt.get(key);
    if (taken !== undefined) this.#observer.worked(this.#name, (this.#clock.monotonic() - taken) / 1000);
    this.#takenAt.delete(key);
  }

  retry(): void {
    this.#observer.retried(this.#name);
  }
}
