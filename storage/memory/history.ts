/** The events of a memory store since the compacted revision, and the older states that follow from them. */
import { type EventLog, type EventSlice, Wakers } from '../event-log.ts';
import type { Revision, StorageEvent, StoredValue } from '../interface.ts';
import type { SortedMap } from '../sorted-map.ts';

export interface Entry extends StoredValue {
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** How many older states are kept for the next page of a list. */
const KEPT_STATES = 8;

export class History implements EventLog {
  /** In revision order; those at or below the compacted revision are gone. */
  #events: StorageEvent[] = [];
  #newest: Revision;
  #compacted: Revision = 0;
  #closed = false;
  readonly #wakers = new Wakers();
  /** By revision, least recently used first. */
  readonly #states = new Map<Revision, SortedMap<Entry>>();

  constructor(newest: Revision) {
    this.#newest = newest;
    if (newest > 1) this.#compacted = newest;
  }

  get newest(): Revision {
    return this.#newest;
  }

  get compactedRevision(): Revision {
    return this.#compacted;
  }

  get closed(): boolean {
    return this.#closed;
  }

  onChange(wake: () => void): () => void {
    return this.#wakers.add(wake);
  }

  /** Events of one revision, above all before. */
  append(events: readonly StorageEvent[]): void {
    for (const event of events) {
      this.#events.push(event);
      this.#newest = event.revision;
    }
    this.#wakers.wakeAll();
  }

  read(from: Revision, limit: number): EventSlice {
    const start = this.#after(from);
    let end = Math.min(start + limit, this.#events.length);
    while (end > 0 && end < this.#events.length && this.#events[end]?.revision === this.#events[end - 1]?.revision) end++;
    const upTo = end === this.#events.length ? this.#newest : (this.#events[end - 1]?.revision ?? this.#newest);
    return { events: this.#events.slice(start, end), upTo };
  }

  compact(upTo: Revision): void {
    if (upTo <= this.#compacted) return;
    this.#events = this.#events.slice(this.#after(upTo));
    this.#compacted = upTo;
    for (const revision of this.#states.keys()) if (revision < upTo) this.#states.delete(revision);
    this.#wakers.wakeAll();
  }

  close(): void {
    this.#closed = true;
    this.#wakers.wakeAll();
  }

  /** What the key held at the revision, given what it holds now. */
  valueAt(key: string, at: Revision, now: Entry | undefined): StoredValue | undefined {
    if (now && now.revision <= at) return now;
    for (let i = this.#after(at); i < this.#events.length; i++) {
      const event = this.#events[i] as StorageEvent;
      if (event.key === key) return event.previous;
    }
    return now;
  }

  /** The state at the revision, given the newest one. It must not be changed. */
  stateAt(at: Revision, now: SortedMap<Entry>): SortedMap<Entry> {
    if (at === this.#newest) return now;
    const state = this.#states.get(at) ?? this.#undo(at, now.clone());
    this.#states.delete(at);
    this.#states.set(at, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > KEPT_STATES && oldest !== undefined) this.#states.delete(oldest);
    return state;
  }

  #undo(at: Revision, state: SortedMap<Entry>): SortedMap<Entry> {
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const event = this.#events[i] as StorageEvent;
      if (event.revision <= at) break;
      if (event.previous) state.set(event.key, event.previous);
      else state.delete(event.key);
    }
    return state;
  }

  /** The position of the first event after the revision. */
  #after(revision: Revision): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#events[middle] as StorageEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
