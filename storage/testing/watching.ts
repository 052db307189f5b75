/** Reading a storage watch in tests, and the checker of its promises: ordered, unique, gapless, whole revisions, never behind `upTo`. */
import { StorageError } from '../errors.ts';
import type { KeyRange, Revision, Storage, StorageEvent, StoredValue, WatchBatch } from '../interface.ts';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array | undefined): string | undefined => (bytes ? new TextDecoder().decode(bytes) : undefined);

/** A watch that is read step by step and checks each batch on the way. */
export class WatchReader {
  readonly events: StorageEvent[] = [];
  upTo: Revision;
  readonly #batches: AsyncIterator<WatchBatch>;
  readonly #abort = new AbortController();
  readonly #requestProgress: () => void;

  constructor(storage: Storage, from: Revision, range: KeyRange = { prefix: '/' }) {
    const watch = storage.watch(range, from, this.#abort.signal);
    this.#requestProgress = () => watch.requestProgress();
    this.#batches = watch[Symbol.asyncIterator]();
    this.upTo = from;
  }

  requestProgress(): void {
    this.#requestProgress();
  }

  /** Reads one batch; false when the watch has ended. */
  async next(): Promise<boolean> {
    const { done, value } = await this.#batches.next();
    if (done) return false;
    this.#check(value);
    this.events.push(...value.events);
    this.upTo = value.upTo;
    return true;
  }

  /** Reads on until `isEnough` holds of what has been read. */
  async until(isEnough: () => boolean): Promise<this> {
    while (!isEnough()) if (!(await this.next())) throw new Error('the watch ended early');
    return this;
  }

  /** Reads on until so many events have been read in all. */
  count(n: number): Promise<this> {
    return this.until(() => this.events.length >= n);
  }

  /** Aborts the watch and reads what remains; resolves when it has ended normally. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error('stopped by the test'));
    while (await this.next());
  }

  /** Like `PUT /a=1 (was 0)`, one a line, for comparison. */
  get lines(): string[] {
    return this.events.map((event) => {
      const what = event.value ? `PUT ${event.key}=${text(event.value)}` : `DELETE ${event.key}`;
      return event.previous ? `${what} (was ${text(event.previous.value)})` : what;
    });
  }

  #check(batch: WatchBatch): void {
    let last = this.upTo;
    const seen = new Set<string>();
    for (const event of batch.events) {
      if (event.revision <= this.upTo)
        throw new Error(`${event.key} at ${event.revision} comes after everything up to ${this.upTo} was told`);
      if (event.revision < last) throw new Error(`${event.key} at ${event.revision} comes after ${last}`);
      const id = `${event.revision} ${event.key}`;
      if (seen.has(id)) throw new Error(`${id} is told twice`);
      seen.add(id);
      last = event.revision;
    }
    if (batch.upTo < last) throw new Error(`upTo ${batch.upTo} is behind the event at ${last}`);
  }
}

/** Applies events to a copy of the state, checking that each one's `previous` is what the copy holds: a gap cannot hide. */
export class Replica {
  readonly state: Map<string, StoredValue>;

  constructor(items: readonly StoredValue[]) {
    this.state = new Map(items.map((item) => [item.key, item]));
  }

  apply(event: StorageEvent): void {
    const held = this.state.get(event.key);
    if (held?.revision !== event.previous?.revision || text(held?.value) !== text(event.previous?.value)) {
      throw new Error(`${event.key} at ${event.revision}: previous is ${event.previous?.revision}, the replica holds ${held?.revision}`);
    }
    if (event.value) this.state.set(event.key, { key: event.key, value: event.value, revision: event.revision });
    else this.state.delete(event.key);
  }

  /** `key@revision=value` in key order. */
  get lines(): string[] {
    return linesOf([...this.state.values()]);
  }
}

export function linesOf(items: readonly StoredValue[]): string[] {
  return items.map((item) => `${item.key}@${item.revision}=${text(item.value)}`).sort();
}

export async function putOrFail(storage: Storage, key: string, value: string, expected: Revision = 0, ttl?: number): Promise<Revision> {
  const result = await storage.put(key, utf8(value), expected, ttl === undefined ? {} : { ttl });
  if (!result.committed) throw new StorageError('UnknownOutcome', `the test's write of ${key} lost`, { key });
  return result.revision;
}

export async function deleteOrFail(storage: Storage, key: string, expected: Revision): Promise<Revision> {
  const result = await storage.delete(key, expected);
  if (!result.committed) throw new StorageError('UnknownOutcome', `the test's deletion of ${key} lost`, { key });
  return result.revision;
}
