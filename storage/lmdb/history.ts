/** The events of an lmdb store: the newest in memory, older ones on the disk. */
import { StorageError } from '../errors.ts';
import { type EventLog, type EventSlice, Wakers } from '../event-log.ts';
import type { Revision, StorageEvent, StoredValue } from '../interface.ts';
import { DamagedEvent, DamagedValue } from './damaged.ts';
import type { DataFile, Reading } from './data-file.ts';
import { decodeHeader, decodeValue, type Header } from './records.ts';

/** How many of the newest events are kept in memory, and how many are read from the disk at once. */
const RECENT_EVENTS = 5000;
const FROM_DISK = 200;

/** A write as it is remembered. Its value is at hand until the watches have been told; then it is on the disk alone, so that no bytes grow old here. */
interface Recent {
  readonly header: Header;
  value: Uint8Array | undefined;
}

export class LmdbHistory implements EventLog {
  readonly #file: DataFile;
  readonly #wakers = new Wakers();
  /** In order, without gaps, up to `newest`. */
  #recent: Recent[] = [];
  /** Those whose values are at hand. */
  #untold: Recent[] = [];
  #areTold = false;
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
  append(header: Header, value: Uint8Array | undefined): void {
    if (this.#areTold) this.#leaveValues();
    const recent = { header, value };
    this.#newest = header.revision;
    this.#recent.push(recent);
    if (value) this.#untold.push(recent);
    if (this.#recent.length > 2 * RECENT_EVENTS) this.#recent = this.#recent.slice(-RECENT_EVENTS);
  }

  #leaveValues(): void {
    for (const recent of this.#untold) recent.value = undefined;
    this.#untold = [];
    this.#areTold = false;
  }

  compact(upTo: Revision): void {
    this.#compacted = Math.max(this.#compacted, upTo);
    const first = this.#recent.findIndex(({ header }) => header.revision > this.#compacted);
    this.#recent = first < 0 ? [] : this.#recent.slice(first);
    this.wake();
  }

  wake(): void {
    this.#areTold = true;
    this.#wakers.wakeAll();
  }

  close(): void {
    this.#closed = true;
    this.wake();
  }

  read(from: Revision, limit: number, withPrevious: boolean): EventSlice {
    const oldest = this.#recent[0]?.header.revision ?? this.#newest + 1;
    if (from + 1 < oldest) return this.#fromDisk(from, Math.min(limit, FROM_DISK), withPrevious);
    const start = Math.max(0, from + 1 - oldest);
    const events = this.#recent.slice(start, start + limit).map(({ header, value }) => this.#eventOf(header, withPrevious, value));
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

  #eventOf({ key, revision, isDelete, previous }: Header, withPrevious: boolean, value?: Uint8Array): StorageEvent {
    const before = withPrevious && previous !== 0 ? this.valueAt(key, previous) : undefined;
    if (isDelete) return before ? { key, revision, previous: before } : { key, revision };
    const put = value ?? decodeValue(revision, this.#file.values.get(revision));
    if (!put) return new DamagedEvent(key, revision, before);
    return before ? { key, revision, value: put, previous: before } : { key, revision, value: put };
  }

  #fromDisk(from: Revision, limit: number, withPrevious: boolean): EventSlice {
    const events = [...this.headers(from, limit)].map((header) => this.#eventOf(header, withPrevious));
    const expected = Math.max(from, 1) + 1;
    if (events[0] && events[0].revision !== expected)
      throw new StorageError('Corrupt', `the history of the store has no revision ${expected}`);
    return { events, upTo: events.length < limit ? this.#newest : (events.at(-1)?.revision ?? this.#newest) };
  }
}
