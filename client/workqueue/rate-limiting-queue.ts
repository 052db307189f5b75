/** A queue whose keys can be added for later and after failures. Behaves like upstream client-go/util/workqueue delaying_queue.go and rate_limiting_queue.go. */
import type { Clock, Timer } from '../../component-base/clock.ts';
import { Heap } from '../../component-base/heap.ts';
import { QueueMetrics, type QueueObserver } from './metrics.ts';
import { Queue } from './queue.ts';
import { newDefaultControllerLimiter, type RateLimiter } from './rate-limiter.ts';

export interface RateLimitingQueueOptions {
  readonly clock: Clock;
  /** newDefaultControllerLimiter unless told. */
  readonly limiter?: RateLimiter<string>;
  /** Names the queue to `observer`. */
  readonly name?: string;
  readonly observer?: QueueObserver;
}

interface Waiting {
  readonly key: string;
  readonly at: number;
}

export class RateLimitingQueue {
  readonly #clock: Clock;
  readonly #limiter: RateLimiter<string>;
  readonly #metrics: QueueMetrics<string> | undefined;
  readonly #queue: Queue<string>;
  /** Keys that are not yet due, at most once each, the soonest first. */
  readonly #waiting = new Heap<Waiting>((w) => w.key, (a, b) => a.at < b.at);
  /** Armed for the soonest of #waiting, and only then. */
  #timer: Timer | undefined;
  #timerAt = Infinity;

  constructor({ clock, limiter, name = '', observer }: RateLimitingQueueOptions) {
    this.#clock = clock;
    this.#limiter = limiter ?? newDefaultControllerLimiter(clock);
    this.#metrics = observer && new QueueMetrics(name, clock, observer);
    this.#queue = new Queue(this.#metrics);
  }

  get length(): number {
    return this.#queue.length;
  }

  /** Nothing waits, nothing is delayed, nothing is being processed. */
  get isIdle(): boolean {
    return this.#queue.isIdle && this.#waiting.size === 0;
  }

  add(key: string): void {
    this.#queue.add(key);
  }

  /** Adds `key` in `ms` milliseconds; of two such times the sooner counts. */
  addAfter(key: string, ms: number): void {
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.monotonic() + ms;
    const known = this.#waiting.get(key);
    if (known === undefined || at < known.at) this.#waiting.set({ key, at });
    this.#arm();
  }

  addRateLimited(key: string): void {
    this.#metrics?.retry();
    this.addAfter(key, this.#limiter.when(key));
  }

  forget(key: string): void {
    this.#limiter.forget(key);
  }

  failures(key: string): number {
    return this.#limiter.failures(key);
  }

  take(): Promise<string | undefined> {
    return this.#queue.take();
  }

  done(key: string): void {
    this.#queue.done(key);
  }

  shutDown(): void {
    this.#timer?.stop();
    this.#timer = undefined;
    while (this.#waiting.pop()) continue;
    this.#queue.shutDown();
  }

  #arm(): void {
    const soonest = this.#waiting.peek();
    if (soonest === undefined || soonest.at >= this.#timerAt) return;
    this.#timer?.stop();
    this.#timerAt = soonest.at;
    this.#timer = this.#clock.after(Math.max(0, soonest.at - this.#clock.monotonic()), () => this.#release());
  }

  #release(): void {
    this.#timerAt = Infinity;
    const now = this.#clock.monotonic();
    for (let first = this.#waiting.peek(); first && first.at <= now; first = this.#waiting.peek()) {
      this.#waiting.pop();
      this.#queue.add(first.key);
    }
    this.#arm();
  }
}
