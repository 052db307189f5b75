/** The directory and the file of an lmdb store: made private, checked before lmdb maps it, opened. */
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { describeError } from '../../component-base/log.ts';
import { isStorageError, StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import { emptyFile } from './file-format.ts';
import { LockFile } from './lock-file.ts';
import { PageWalk } from './page-walk.ts';
import type { Usage } from './reserve.ts';
import { decodeValue, encodeValue } from './records.ts';

/** Raised when an older k8ts could misread what this one writes. */
const FORMAT = 1;
const FILE = 'store.mdb';
/** Where the description of the store stands in its table. */
const META = 0;
export const TABLES: readonly string[] = ['meta', 'headers', 'values'];
/** Of the file in which lmdb keeps its locks: room for its readers. */
const LOCK_SIZE = 16_384;

export interface Meta {
  readonly format: number;
  /** Revisions below are gone. */
  readonly compacted: Revision;
  /** What compaction makes obsolete is removed up to here. */
  readonly swept: Revision;
}

export interface Reading {
  /** Reads as of a transaction of the file instead of now. */
  readonly transaction?: ReturnType<RootDatabase<Buffer, number>['useReadTransaction']>;
}

export const storePath = (directory: string): string => join(directory, FILE);

export interface DataFile {
  readonly directory: string;
  readonly path: string;
  readonly env: RootDatabase<Buffer, number>;
  readonly headers: Database<Buffer, number>;
  readonly values: Database<Buffer, number>;
  readMeta(reading?: Reading): Meta;
  usage(): Usage;
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

/** For reading alone, beside the process that writes. The file must have been opened by that. */
export function openReadOnly(directory: string): DataFile {
  const path = storePath(directory);
  return tablesOf(directory, openEnv(path, true), () => undefined);
}

function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const entries = readdirSync(directory);
  if (entries.length === 0 || entries.includes(FILE)) chmodSync(directory, 0o700);
}

function opened(directory: string, lock: LockFile): DataFile {
  const path = storePath(directory);
  checkPages(path);
  makeFile(path, emptyFile());
  makeFile(`${path}-lock`, Buffer.alloc(LOCK_SIZE));
  const file = tablesOf(directory, openEnv(path, false), () => lock.release());
  syncDirectory(directory);
  return file;
}

function tablesOf(directory: string, env: RootDatabase<Buffer, number>, release: () => void): DataFile {
  const path = storePath(directory);
  // Each table is its own; the root table holds their names and is not used otherwise.
  const table = (name: string): Database<Buffer, number> => env.openDB<Buffer, number>({ name, encoding: 'binary' });
  const meta = table('meta');
  const [headers, values] = [table('headers'), table('values')];
  const file: DataFile = {
    directory,
    path,
    env,
    headers,
    values,
    usage: () => usageOf([meta, headers, values]),
    readMeta: (reading = {}) => decodeMeta(path, meta.get(META, reading)),
    writeMeta: (value) => void meta.put(META, encodeValue(META, Buffer.from(JSON.stringify(value)))),
    async close() {
      await env.close();
      release();
    },
  };
  checkFormat(path, file.readMeta().format);
  return file;
}

interface TreeStats {
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** What lmdb tells of a table; the library has no type for it. */
interface Stats extends TreeStats {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly root: TreeStats;
  readonly free: TreeStats;
}

const ROOTS = 2;

function usageOf(tables: readonly Database<Buffer, number>[]): Usage {
  const stats = tables.map((table) => table.getStats() as Stats);
  const [{ pageSize, lastPageNumber, root, free }] = stats as [Stats];
  const pagesOf = (tree: TreeStats): number => tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages;
  const used = [root, free, ...stats].reduce((sum, tree) => sum + pagesOf(tree), ROOTS);
  return { end: (lastPageNumber + 1) * pageSize, free: (lastPageNumber + 1 - used) * pageSize };
}

function decodeMeta(path: string, record: Buffer | undefined): Meta {
  const meta = metaOf(record);
  if (!meta) throw new StorageError('Corrupt', `the description of the store in ${path} is damaged: ${RESTORE}`);
  return meta;
}

/** A store that was never compacted has none; undefined: it is damaged. */
export function metaOf(record: Buffer | undefined): Meta | undefined {
  if (!record) return { format: FORMAT, compacted: 0, swept: 0 };
  const value = decodeValue(META, record);
  return value && (JSON.parse(Buffer.from(value).toString()) as Meta);
}

/**
 * Makes the file when it is not there or shorter than its first content. lmdb would do so itself, but when the disk does not take it, it ends the process.
 */
function makeFile(path: string, content: Uint8Array): void {
  const fd = openSync(path, existsSync(path) ? 'r+' : 'w', 0o600);
  try {
    const { size } = statSync(path);
    if (size >= content.length) return;
    const missing = content.subarray(size);
    if (writeSync(fd, missing, 0, missing.length, size) < missing.length) throw new Error('no space left on device');
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    chmodSync(path, 0o600);
  }
}

/**
 * A commit is on the disk when its promise resolves: pages, then the root, each synced (no overlappingSync).
 * Batches are made by GroupCommit alone: those of the library (eventTurnBatching) leave a promise that nobody can handle when a commit fails.
 */
function openEnv(path: string, readOnly: boolean): RootDatabase<Buffer, number> {
  try {
    return open<Buffer, number>({ path, readOnly, encoding: 'binary', overlappingSync: false, eventTurnBatching: false, maxDbs: 8 });
  } catch (error) {
    throw unreadable(path, error);
  }
}

export function unreadable(path: string, error: unknown): StorageError {
  return new StorageError('Corrupt', `${path} cannot be read (${describeError(error)}): ${RESTORE}`, { cause: error });
}

const RESTORE = 'restore a backup into an empty data directory, or remove the directory to begin with an empty cluster';

export const formatProblem = (format: number): string | undefined =>
  format <= FORMAT ? undefined : `was written by a newer version (format ${format}, this one knows ${FORMAT})`;

function checkFormat(path: string, format: number): void {
  const problem = formatProblem(format);
  if (problem !== undefined) throw new StorageError('Unavailable', `${path} ${problem}: run that version, or use another data directory`);
}

/** The file's name in the directory outlives a power failure, too. */
export function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** lmdb maps the file and trusts it: a file that is no store, has been cut short, or whose pages are damaged, must be refused before it ends the process. */
function checkPages(path: string): void {
  if (!existsSync(path) || statSync(path).size === 0) return;
  const problems: string[] = [];
  const walk = new PageWalk(path, { values: false, onProblem: (problem) => problems.push(problem) });
  try {
    for (const { table } of walk.records()) if (!TABLES.includes(table)) problems.push(`is damaged: "${table}" is no table of k8ts`);
  } finally {
    walk.close();
  }
  if (problems[0] !== undefined) throw new StorageError('Corrupt', `${path} ${problems[0]}: ${RESTORE}`);
}
