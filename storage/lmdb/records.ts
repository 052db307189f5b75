/**
 * The records of the lmdb file. Two tables, both keyed by revision: a header for every write and the value it put.
 * Numbers are big-endian. A record's checksum covers its revision, too: a record that strayed to another key is damaged.
 */
import { crc32 } from 'node:zlib';
import { StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import type { Room } from './room.ts';

/** One write, without its value. */
export interface Header {
  readonly key: string;
  readonly revision: Revision;
  readonly isDelete: boolean;
  /** The revision of what it replaced; 0: the key was absent. */
  readonly previous: Revision;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** checksum 4, flags 1, previous 8, expiresAt 8, key. */
const HEADER = 21;
const CHECKSUM = 4;
const DELETE = 1;

const seed = Buffer.alloc(8);

function checksum(revision: Revision, record: Buffer): number {
  seed.writeDoubleBE(revision);
  return crc32(record.subarray(CHECKSUM), crc32(seed));
}

function seal(revision: Revision, record: Buffer): Buffer {
  record.writeUInt32BE(checksum(revision, record));
  return record;
}

function isIntact(revision: Revision, record: Buffer, least: number): boolean {
  return record.length >= least && record.readUInt32BE() === checksum(revision, record);
}

/** In `room`, or in memory of its own. */
export function encodeHeader({ key, revision, isDelete, previous, expiresAt }: Header, room?: Room): Buffer {
  const length = HEADER + Buffer.byteLength(key);
  const record = room ? room.allocate(length) : Buffer.allocUnsafe(length);
  record.writeUInt8(isDelete ? DELETE : 0, 4);
  record.writeDoubleBE(previous, 5);
  record.writeDoubleBE(expiresAt ?? 0, 13);
  record.write(key, HEADER);
  return seal(revision, record);
}

/** Throws Corrupt. */
export function decodeHeader(revision: Revision, record: Buffer): Header {
  if (!isIntact(revision, record, HEADER)) throw new StorageError('Corrupt', `the header of revision ${revision} is damaged`);
  const expiresAt = record.readDoubleBE(13);
  const header = {
    key: record.toString('utf8', HEADER),
    revision,
    isDelete: record.readUInt8(4) === DELETE,
    previous: record.readDoubleBE(5),
  };
  return expiresAt === 0 ? header : { ...header, expiresAt };
}

/** In `room`, or in memory of its own. */
export function encodeValue(revision: Revision, value: Uint8Array, room?: Room): Buffer {
  const length = CHECKSUM + value.length;
  const record = room ? room.allocate(length) : Buffer.allocUnsafe(length);
  record.set(value, CHECKSUM);
  return seal(revision, record);
}

/** Undefined: the record is missing or damaged. */
export function decodeValue(revision: Revision, record: Buffer | undefined): Uint8Array | undefined {
  if (!record || !isIntact(revision, record, CHECKSUM)) return undefined;
  return new Uint8Array(record.buffer, record.byteOffset + CHECKSUM, record.length - CHECKSUM);
}
