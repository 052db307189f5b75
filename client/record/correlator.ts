/** Decides what becomes of an event: a new one, a count on an old one, one that stands for many, or nothing. Behaves like upstream client-go/tools/record events_cache.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { Clock } from '../../component-base/clock.ts';
import { TokenBucket } from '../workqueue/rate-limiter.ts';
import { LruMap } from '../cache/lru.ts';

const CACHE_SIZE = 4096;
/** From this many different messages on, within the interval since the last, events of one reason are written as one. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL = 600_000;
const SPAM_BURST = 25;
const SPAM_PER_SECOND = 1 / 300;

export interface NewEvent {
  readonly involvedObject: core.ObjectReference;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** `seen`: written before under `name`, for the `count`-th time now. */
export interface Correlated {
  readonly message: string;
  /** Give it back to `written`. */
  readonly cacheKey: string;
  readonly seen?: Written & { readonly count: number };
}
export interface Written {
  readonly name: string;
  readonly firstTimestamp: string;
}

interface Observed extends Written {
  readonly count: number;
}
interface Similar {
  messages: Set<string>;
  last: number;
}

function objectKey({ involvedObject: o, type }: NewEvent): string {
  return [o.kind, o.namespace, o.name, o.uid, o.apiVersion, type].join('\0');
}

export class EventCorrelator {
  readonly #clock: Clock;
  readonly #observed = new LruMap<string, Observed>(CACHE_SIZE);
  readonly #similar = new LruMap<string, Similar>(CACHE_SIZE);
  readonly #buckets = new LruMap<string, TokenBucket>(CACHE_SIZE);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** undefined: dropped, the object floods us. */
  correlate(event: NewEvent): Correlated | undefined {
    const { message, cacheKey } = this.#aggregate(event);
    const before = this.#observed.get(cacheKey);
    if (!this.#accepts(event)) return undefined;
    return { message, cacheKey, ...(before && { seen: { ...before, count: before.count + 1 } }) };
  }

  /** The event was written under `name` with `count`. */
  written(cacheKey: string, event: Observed): void {
    this.#observed.set(cacheKey, event);
  }

  #accepts(event: NewEvent): boolean {
    const key = objectKey(event);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(SPAM_PER_SECOND, SPAM_BURST, this.#clock);
    this.#buckets.set(key, bucket);
    return bucket.tryAccept();
  }

  #aggregate(event: NewEvent): { message: string; cacheKey: string } {
    const reasonKey = `${objectKey(event)}\0${event.reason}`;
    const now = this.#clock.now();
    let similar = this.#similar.get(reasonKey);
    if (!similar || now - similar.last > SIMILAR_INTERVAL) similar = { messages: new Set(), last: now };
    similar.messages.add(event.message);
    similar.last = now;
    this.#similar.set(reasonKey, similar);
    if (similar.messages.size < MAX_SIMILAR) return { message: event.message, cacheKey: `${reasonKey}\0${event.involvedObject.fieldPath ?? ''}\0${event.message}` };
    similar.messages.delete([...similar.messages][0] as string);
    return { message: `(combined from similar events): ${event.message}`, cacheKey: reasonKey };
  }
}
