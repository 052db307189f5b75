/** The directory and the file of an lmdb store: made private, checked before lmdb maps it, opened. */
import { chmodSync, closeSync, existsSync, fsyncSync, fstatSync, mkdirSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { describeError } from '../../component-base/log.ts';
import { isStorageError, StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import { LockFile } from './lock-file.ts';
import { decodeValue, encodeValue } from './records.ts';

/** Raised when an older k8ts could misread what this one writes. */
const FORMAT = 1;
const FILE = 'store.mdb';
/** Where the description of the store stands in its table. */
const META = 0;
const MAGIC = 0xbeefc0de;

export interface Meta {
  readonly format: number;
  /** Revisions below are gone. */
  readonly compacted: Revision;
  /** What compaction makes obsolete is removed up to here. */
  readonly swept: Revision;
}

export interface DataFile {
  readonly directory: string;
  readonly env: RootDatabase<Buffer, number>;
  readonly headers: Database<Buffer, number>;
  readonly values: Database<Buffer, number>;
  readMeta(): Meta;
  /** Inside a batch. */
  writeMeta(meta: Meta): void;
  close(): Promise<void>;
}

/** Throws Locked, Corrupt, Unavailable, each naming the directory or the file and what to do. */
export function openDataFile(directory: string): DataFile {
  let lock: LockFile | undefined;
  try {
    makePrivate(directory);
    lock = LockFile.acquire(directory);
    return opened(directory, lock);
  } catch (error) {
    lock?.release();
    if (isStorageError(error)) throw error;
    throw new StorageError(
      'Unavailable',
      `the data directory ${directory} cannot be opened: ${describeError(error)}. Check its path, owner and permissions`,
      { cause: error },
    );
  }
}

function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const entries = readdirSync(directory);
  if (entries.length === 0 || entries.includes(FILE)) chmodSync(directory, 0o700);
}

function opened(directory: string, lock: LockFile): DataFile {
  const path = join(directory, FILE);
  checkMapped(path);
  for (const file of [path, `${path}-lock`]) makeFilePrivate(file);
  const env = openEnv(path);
  // Each table is its own; the root table holds their names and is not used otherwise.
  const table = (name: string): Database<Buffer, number> => env.openDB<Buffer, number>({ name, encoding: 'binary' });
  const meta = table('meta');
  syncDirectory(directory);
  const file: DataFile = {
    directory,
    env,
    headers: table('headers'),
    values: table('values'),
    readMeta: () => decodeMeta(path, meta.get(META)),
    writeMeta: (value) => void meta.put(META, encodeValue(META, Buffer.from(JSON.stringify(value)))),
    async close() {
      await env.close();
      lock.release();
    },
  };
  checkFormat(path, file.readMeta().format);
  return file;
}

function decodeMeta(path: string, record: Buffer | undefined): Meta {
  if (!record) return { format: FORMAT, compacted: 0, swept: 0 };
  const value = decodeValue(META, record);
  if (!value) throw new StorageError('Corrupt', `the description of the store in ${path} is damaged: ${RESTORE}`);
  return JSON.parse(Buffer.from(value).toString()) as Meta;
}

function makeFilePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/**
 * A commit is on the disk when its promise resolves: pages, then the root, each synced (no overlappingSync).
 * Batches are made by GroupCommit alone: those of the library (eventTurnBatching) leave a promise that nobody can handle when a commit fails.
 */
function openEnv(path: string): RootDatabase<Buffer, number> {
  try {
    return open<Buffer, number>({ path, encoding: 'binary', overlappingSync: false, eventTurnBatching: false, maxDbs: 8 });
  } catch (error) {
    throw new StorageError('Corrupt', `${path} cannot be read (${describeError(error)}): ${RESTORE}`, { cause: error });
  }
}

const RESTORE = 'restore a backup into an empty data directory, or remove the directory to begin with an empty cluster';

function checkFormat(path: string, format: number): void {
  if (format <= FORMAT) return;
  throw new StorageError(
    'Unavailable',
    `${path} was written by a newer version (format ${format}, this one knows ${FORMAT}): run that version, or use another data directory`,
  );
}

/** The file's name in the directory outlives a power failure, too. */
function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** lmdb maps the file and trusts it: a file that is no store, or shorter than its root says, must be refused before it kills the process. */
function checkMapped(path: string): void {
  if (!existsSync(path)) return;
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    if (size > 0) checkRoots(path, fd, size);
  } finally {
    closeSync(fd);
  }
}

function checkRoots(path: string, fd: number, size: number): void {
  const first = readRoot(fd, 0);
  const second = first && readRoot(fd, first.pageSize);
  if (!first || !second) throw new StorageError('Corrupt', `${path} is no store of k8ts: ${RESTORE}`);
  const root = first.transaction > second.transaction ? first : second;
  if ((root.lastPage + 1) * root.pageSize > size)
    throw new StorageError('Corrupt', `${path} has been cut short (${size} bytes): ${RESTORE}`);
}

interface Root {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

/** One of the two root pages of an lmdb file (MDB_meta after a page header of 24 bytes, little-endian, 64 bit). */
function readRoot(fd: number, at: number): Root | undefined {
  const page = Buffer.alloc(160);
  readSync(fd, page, 0, page.length, at);
  if (page.readUInt32LE(24) !== MAGIC) return undefined;
  return { pageSize: page.readUInt32LE(48), lastPage: Number(page.readBigUInt64LE(144)), transaction: Number(page.readBigUInt64LE(152)) };
}
