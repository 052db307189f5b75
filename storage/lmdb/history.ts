/** The events of an lmdb store: the newest in memory, older ones on the disk. */
import { StorageError } from '../errors.ts';
import { type EventLog, type EventSlice, Wakers } from '../event-log.ts';
import type { Revision, StorageEvent, StoredValue } from '../interface.ts';
import { DamagedEvent, DamagedValue } from './damaged.ts';
import type { DataFile, Reading } from './data-file.ts';
import { decodeHeader, decodeValue, type Header } from './records.ts';

/** How much of the newest history is kept in memory, and how many events are read from the disk at once. */
const RECENT_EVENTS = 5000;
const RECENT_BYTES = 8 << 20;
const FROM_DISK = 200;

export class LmdbHistory implements EventLog {
  readonly #file: DataFile;
  readonly #wakers = new Wakers();
  /** In order, without gaps, up to `newest`. */
  #recent: StorageEvent[] = [];
  #recentBytes = 0;
  #newest: Revision;
  #compacted: Revision;
  #closed = false;

  constructor(file: DataFile, newest: Revision, compacted: Revision) {
    this.#file = file;
    this.#newest = newest;
    this.#compacted = compacted;
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

  /** The next committed write. */
  append(event: StorageEvent, bytes: number): void {
    this.#newest = event.revision;
    this.#recent.push(event);
    this.#recentBytes += bytes;
    if (this.#recent.length <= 2 * RECENT_EVENTS && this.#recentBytes <= 2 * RECENT_BYTES) return;
    this.#keep(Math.min(RECENT_EVENTS, this.#recent.length >> 1));
  }

  /** The newest so many; bytes in proportion. */
  #keep(count: number): void {
    if (count === this.#recent.length) return;
    this.#recentBytes *= count / this.#recent.length;
    this.#recent = this.#recent.slice(this.#recent.length - count);
  }

  compact(upTo: Revision): void {
    this.#compacted = Math.max(this.#compacted, upTo);
    const first = this.#recent.findIndex((event) => event.revision > this.#compacted);
    this.#keep(first < 0 ? 0 : this.#recent.length - first);
    this.wake();
  }

  wake(): void {
    this.#wakers.wakeAll();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  read(from: Revision, limit: number): EventSlice {
    const oldest = this.#recent[0]?.revision ?? this.#newest + 1;
    if (from + 1 < oldest) return this.#fromDisk(from, Math.min(limit, FROM_DISK));
    const start = Math.max(0, from + 1 - oldest);
    const events = this.#recent.slice(start, start + limit);
    return { events, upTo: events.at(-1)?.revision ?? this.#newest };
  }

  /** The headers after `from` up to the newest committed one, oldest first. Throws Corrupt. */
  *headers(from: Revision, limit?: number): Generator<Header, void> {
    const range = { start: from + 1, end: this.#newest + 1, ...(limit !== undefined && { limit }) };
    for (const { key, value } of this.#file.headers.getRange(range)) yield decodeHeader(key, value);
  }

  /** The value that the write of `revision` put. Damage shows when it is used. */
  valueAt(key: string, revision: Revision, reading: Reading = {}): StoredValue {
    const value = decodeValue(revision, this.#file.values.get(revision, reading));
    return value ? { key, value, revision } : new DamagedValue(key, revision);
  }

  eventOf({ key, revision, isDelete, previous }: Header, value?: Uint8Array): StorageEvent {
    const before = previous === 0 ? {} : { previous: this.valueAt(key, previous) };
    if (isDelete) return { key, revision, ...before };
    const put = value ?? decodeValue(revision, this.#file.values.get(revision));
    return put ? { key, revision, value: put, ...before } : new DamagedEvent(key, revision, before.previous);
  }

  #fromDisk(from: Revision, limit: number): EventSlice {
    const events = [...this.headers(from, limit)].map((header) => this.eventOf(header));
    const expected = Math.max(from, 1) + 1;
    if (events[0] && events[0].revision !== expected)
      throw new StorageError('Corrupt', `the history of the store has no revision ${expected}`);
    return { events, upTo: events.length < limit ? this.#newest : (events.at(-1)?.revision ?? this.#newest) };
  }
}
