/**
 * The backup format of the drivers that have none of their own (memory, lmdb): a header, one record per key in key order, a trailer.
 * Numbers are big-endian. Every part is covered by the checksum in the trailer, so that a truncated or damaged backup is refused.
 */
import { crc32 } from './crc32.ts';
import { StorageError } from './errors.ts';
import type { ByteSink, Revision, StoredValue } from './interface.ts';

export interface BackupItem extends StoredValue {
  /** Milliseconds since the epoch at which the key expires. */
  readonly expiresAt?: number;
}

export interface Backup {
  readonly revision: Revision;
  readonly items: readonly BackupItem[];
}

const MAGIC = 'k8ts-backup-1\n';
const RECORD = 1;
const TRAILER = 2;
const RECORD_HEAD = 1 + 4 + 4 + 8 + 8;
const CHUNK = 1 << 20;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

function encodeHeader(revision: Revision): Uint8Array {
  const out = new Uint8Array(MAGIC.length + 8);
  out.set(encoder.encode(MAGIC));
  new DataView(out.buffer).setFloat64(MAGIC.length, revision);
  return out;
}

function encodeItem(item: BackupItem): Uint8Array {
  const key = encoder.encode(item.key);
  const out = new Uint8Array(RECORD_HEAD + key.length + item.value.length);
  const view = new DataView(out.buffer);
  view.setUint8(0, RECORD);
  view.setUint32(1, key.length);
  view.setUint32(5, item.value.length);
  view.setFloat64(9, item.revision);
  view.setFloat64(17, item.expiresAt ?? 0);
  out.set(key, RECORD_HEAD);
  out.set(item.value, RECORD_HEAD + key.length);
  return out;
}

function encodeTrailer(checksum: number): Uint8Array {
  const out = new Uint8Array(5);
  out[0] = TRAILER;
  new DataView(out.buffer).setUint32(1, checksum);
  return out;
}

/** Awaits the sink between chunks of about a megabyte. */
export async function writeBackup(revision: Revision, items: Iterable<BackupItem>, sink: ByteSink): Promise<void> {
  let chunk: Uint8Array[] = [encodeHeader(revision)];
  let length = 0;
  let checksum = crc32(chunk[0] as Uint8Array);
  for (const item of items) {
    const bytes = encodeItem(item);
    checksum = crc32(bytes, checksum);
    chunk.push(bytes);
    length += bytes.length;
    if (length < CHUNK) continue;
    await sink(concat(chunk));
    chunk = [];
    length = 0;
  }
  chunk.push(encodeTrailer(checksum));
  await sink(concat(chunk));
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

/** The inverse of writeBackup, from all its chunks joined. Throws Corrupt. */
export function readBackup(bytes: Uint8Array): Backup {
  const head = MAGIC.length + 8;
  const end = bytes.length - 5;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWhole = end >= head && view.getUint8(end) === TRAILER && view.getUint32(end + 1) === crc32(bytes.subarray(0, end));
  if (!isWhole || new TextDecoder().decode(bytes.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new StorageError('Corrupt', 'this is no whole k8ts backup: its header or checksum is wrong');
  }
  const items: BackupItem[] = [];
  for (let at = head; at < end;) {
    const item = decodeItem(bytes, view, at);
    items.push(item.item);
    at = item.next;
  }
  return { revision: view.getFloat64(MAGIC.length), items };
}

function decodeItem(bytes: Uint8Array, view: DataView, at: number): { item: BackupItem; next: number } {
  const keyEnd = at + RECORD_HEAD + view.getUint32(at + 1);
  const next = keyEnd + view.getUint32(at + 5);
  const expiresAt = view.getFloat64(at + 17);
  const item = {
    key: decoder.decode(bytes.subarray(at + RECORD_HEAD, keyEnd)),
    value: bytes.slice(keyEnd, next),
    revision: view.getFloat64(at + 9),
  };
  return { item: expiresAt === 0 ? item : { ...item, expiresAt }, next };
}
