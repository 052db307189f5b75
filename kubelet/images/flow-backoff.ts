/** Back-off by key: a failed thing may be tried again only after a pause that doubles. Behaves like upstream client-go util/flowcontrol Backoff. */
import type { Clock } from '../../component-base/clock.ts';

interface Entry {
  /** Milliseconds. */
  pause: number;
  updatedAt: number;
}

export class FlowBackoff {
  readonly #initial: number;
  readonly #max: number;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  /** Milliseconds. */
  constructor(initial: number, max: number, clock: Clock) {
    this.#initial = initial;
    this.#max = max;
    this.#clock = clock;
  }

  /** The present pause. */
  get(key: string): number {
    return this.#entries.get(key)?.pause ?? 0;
  }

  /** Lengthens the pause; starts anew when the last event is older than twice the longest pause. */
  next(key: string, eventAt: number): void {
    const entry = this.#entries.get(key);
    const pause = !entry || this.#expired(entry, eventAt) ? this.#initial : Math.min(this.#max, entry.pause * 2);
    this.#entries.set(key, { pause, updatedAt: this.#clock.now() });
  }

  /** Whether less than the pause has gone by since `eventAt`. */
  isInBackOffSince(key: string, eventAt: number): boolean {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, eventAt)) return false;
    return this.#clock.now() - eventAt < entry.pause;
  }

  /** Whether less than the pause has gone by since it was last lengthened. */
  isInBackOffSinceUpdate(key: string): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#clock.now() - entry.updatedAt < entry.pause;
  }

  /** Milliseconds until it may be tried again, by its last lengthening. */
  remaining(key: string): number {
    const entry = this.#entries.get(key);
    return entry ? Math.max(0, entry.updatedAt + entry.pause - this.#clock.now()) : 0;
  }

  /** Forgets the keys that start so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #expired(entry: Entry, eventAt: number): boolean {
    return eventAt - entry.updatedAt > this.#max * 2;
  }
}
