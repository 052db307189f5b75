/**
 * The backup format of all drivers: a header, one record per key in key order, a trailer. Numbers are big-endian. Every record has a checksum, so that damage is told by
 * key and revision; the trailer counts the records and covers their order, so that a backup that was cut short is refused.
 */
import { crc32 } from './crc32.ts';
import { StorageError } from './errors.ts';
import type { BackupSummary, ByteSink, Revision, StoredValue } from './interface.ts';

export interface BackupItem extends StoredValue {
  /** Milliseconds since the epoch at which the key expires. */
  readonly expiresAt?: number;
}

const MAGIC = 'k8ts-snapshot\n';
/** Raised when an older k8ts could misread what this one writes. */
const FORMAT = 1;
/** magic, format 2, revision 8, checksum 4. */
const HEADER = MAGIC.length + 14;
const RECORD = 1;
const TRAILER = 2;
/** tag 1, length of key 4, length of value 4, revision 8, expiresAt 8. */
const RECORD_HEAD = 25;
/** tag 1, count 8, checksum over the records' checksums 4, checksum 4. */
const TRAILER_SIZE = 17;
const CHECKSUM = 4;
const CHUNK = 1 << 20;
/** Lengths beyond these are damage. */
const MOST_KEY = 1 << 16;
const MOST_VALUE = 1 << 28;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Writes the checksum of what stands before it into the last four bytes. */
function seal(bytes: Uint8Array): number {
  const sum = crc32(bytes.subarray(0, -CHECKSUM));
  viewOf(bytes).setUint32(bytes.length - CHECKSUM, sum);
  return sum;
}

const isSealed = (bytes: Uint8Array): boolean => viewOf(bytes).getUint32(bytes.length - CHECKSUM) === crc32(bytes.subarray(0, -CHECKSUM));

function encodeHeader(revision: Revision): Uint8Array {
  const out = new Uint8Array(HEADER);
  out.set(encoder.encode(MAGIC));
  const view = viewOf(out);
  view.setUint16(MAGIC.length, FORMAT);
  view.setFloat64(MAGIC.length + 2, revision);
  seal(out);
  return out;
}

function encodeItem(item: BackupItem): { bytes: Uint8Array; sum: number } {
  const key = encoder.encode(item.key);
  const bytes = new Uint8Array(RECORD_HEAD + key.length + item.value.length + CHECKSUM);
  const view = viewOf(bytes);
  view.setUint8(0, RECORD);
  view.setUint32(1, key.length);
  view.setUint32(5, item.value.length);
  view.setFloat64(9, item.revision);
  view.setFloat64(17, item.expiresAt ?? 0);
  bytes.set(key, RECORD_HEAD);
  bytes.set(item.value, RECORD_HEAD + key.length);
  return { bytes, sum: seal(bytes) };
}

function encodeTrailer(count: number, order: number): Uint8Array {
  const out = new Uint8Array(TRAILER_SIZE);
  const view = viewOf(out);
  view.setUint8(0, TRAILER);
  view.setFloat64(1, count);
  view.setUint32(9, order);
  seal(out);
  return out;
}

/** The checksum over the records' checksums, continued by one. */
function chained(order: number, sum: number): number {
  const bytes = new Uint8Array(CHECKSUM);
  viewOf(bytes).setUint32(0, sum);
  return crc32(bytes, order);
}

/** Awaits the sink between chunks of about a megabyte. */
export async function writeBackup(
  revision: Revision,
  items: Iterable<BackupItem> | AsyncIterable<BackupItem>,
  sink: ByteSink,
): Promise<BackupSummary> {
  let chunk: Uint8Array[] = [encodeHeader(revision)];
  let [length, total, keys, order] = [0, HEADER + TRAILER_SIZE, 0, 0];
  for await (const item of items) {
    const { bytes, sum } = encodeItem(item);
    order = chained(order, sum);
    keys++;
    chunk.push(bytes);
    length += bytes.length;
    total += bytes.length;
    if (length < CHUNK) continue;
    await sink(concat(chunk));
    [chunk, length] = [[], 0];
  }
  chunk.push(encodeTrailer(keys, order));
  await sink(concat(chunk));
  return { revision, keys, bytes: total };
}

export function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** Takes bytes off a sequence of chunks. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  }

  /** The next `length` bytes, which stay; fewer at the end. */
  async peek(length: number): Promise<Uint8Array> {
    if (this.#rest.length < length) {
      const parts = [this.#rest];
      for (let have = this.#rest.length; have < length;) {
        const { done, value } = await this.#chunks.next();
        if (done) break;
        parts.push(value);
        have += value.length;
      }
      this.#rest = concat(parts);
    }
    return this.#rest.subarray(0, length);
  }

  skip(length: number): void {
    this.#rest = this.#rest.subarray(length);
  }
}

const corrupt = (message: string, key?: string): StorageError => new StorageError('Corrupt', message, key === undefined ? {} : { key });

const CUT = 'the snapshot has been cut short or is damaged';

/** Reads a backup from its chunks. Nothing of it should be used before the items have been read to their end: that it is whole shows there. */
export class BackupReader {
  readonly revision: Revision;
  readonly #reader: ByteReader;

  private constructor(revision: Revision, reader: ByteReader) {
    this.revision = revision;
    this.#reader = reader;
  }

  /** Throws Corrupt: no snapshot, or a damaged one; Unavailable: one of a newer version. */
  static async open(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<BackupReader> {
    const reader = new ByteReader(chunks);
    const header = await reader.peek(HEADER);
    if (header.length < HEADER || new TextDecoder().decode(header.subarray(0, MAGIC.length)) !== MAGIC) throw corrupt('this is no snapshot of k8ts');
    const view = viewOf(header);
    const format = view.getUint16(MAGIC.length);
    if (format > FORMAT)
      throw new StorageError('Unavailable', `the snapshot was written by a newer version (format ${format}, this one knows ${FORMAT}): use that version`);
    if (!isSealed(header)) throw corrupt('the head of the snapshot is damaged');
    reader.skip(HEADER);
    return new BackupReader(view.getFloat64(MAGIC.length + 2), reader);
  }

  /** In key order. What is damaged is thrown as Corrupt, or told to `onDamage`, which may go on as long as records can be told apart. */
  async *items(onDamage: (error: StorageError) => void = raise): AsyncGenerator<BackupItem, void> {
    let [count, order] = [0, 0];
    for (;;) {
      const head = await this.#reader.peek(RECORD_HEAD);
      if (head[0] !== RECORD) break;
      const record = await this.#record(head);
      if (!record) return onDamage(corrupt(`${CUT} after ${count} records`));
      count++;
      order = chained(order, viewOf(record).getUint32(record.length - CHECKSUM));
      const item = itemOf(record);
      if (item instanceof StorageError) onDamage(item);
      else yield item;
    }
    const trailer = await this.#reader.peek(TRAILER_SIZE + 1);
    const view = viewOf(trailer);
    const isWhole = trailer.length === TRAILER_SIZE && view.getUint8(0) === TRAILER && isSealed(trailer);
    if (!isWhole || view.getFloat64(1) !== count || view.getUint32(9) !== order) onDamage(corrupt(`${CUT} after ${count} records`));
  }

  /** The bytes of the record that begins with `head`; undefined when they are not there. */
  async #record(head: Uint8Array): Promise<Uint8Array | undefined> {
    if (head.length < RECORD_HEAD) return undefined;
    const [key, value] = [viewOf(head).getUint32(1), viewOf(head).getUint32(5)];
    if (key > MOST_KEY || value > MOST_VALUE) return undefined;
    const length = RECORD_HEAD + key + value + CHECKSUM;
    const record = await this.#reader.peek(length);
    if (record.length < length) return undefined;
    this.#reader.skip(length);
    return record;
  }
}

function raise(error: StorageError): never {
  throw error;
}

function itemOf(record: Uint8Array): BackupItem | StorageError {
  const view = viewOf(record);
  const keyEnd = RECORD_HEAD + view.getUint32(1);
  const revision = view.getFloat64(9);
  const expiresAt = view.getFloat64(17);
  if (!isSealed(record)) {
    const key = new TextDecoder().decode(record.subarray(RECORD_HEAD, keyEnd));
    return corrupt(`the record of ${key} at revision ${revision} is damaged`, key);
  }
  const item = { key: decoder.decode(record.subarray(RECORD_HEAD, keyEnd)), value: record.slice(keyEnd, -CHECKSUM), revision };
  return expiresAt === 0 ? item : { ...item, expiresAt };
}
