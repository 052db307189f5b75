/** Checks a store that nobody uses: every page, every checksum, and that the records make one history. Names what is broken. Neighbour: page-walk.ts. */
import { existsSync, statSync } from 'node:fs';
import { isStorageError, StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import { formatProblem, type Meta, metaOf, storePath, TABLES } from './data-file.ts';
import { LockFile } from './lock-file.ts';
import { type Leaf, PageWalk } from './page-walk.ts';
import { decodeHeader, decodeValue, type Header } from './records.ts';

export interface StoreReport {
  readonly path: string;
  readonly bytes: number;
  readonly format: number;
  readonly revision: Revision;
  readonly compacted: Revision;
  /** Keys that exist, and writes that are remembered. */
  readonly keys: number;
  readonly writes: number;
  /** One line each, with the key and the revision where they are known. */
  readonly problems: readonly string[];
}

/** Throws Unavailable (no store here), Locked (in use). */
export function verifyLmdb(directory: string): StoreReport {
  const path = storePath(directory);
  if (!existsSync(path)) throw new StorageError('Unavailable', `there is no store at ${path}: name the data directory of a cluster on lmdb, or a snapshot`);
  const lock = lockOf(directory);
  try {
    const verification = new Verification();
    verification.read(path);
    return { path, bytes: statSync(path).size, ...verification.result() };
  } finally {
    lock.release();
  }
}

function lockOf(directory: string): LockFile {
  try {
    return LockFile.acquire(directory);
  } catch (error) {
    if (!isStorageError(error, 'Locked')) throw error;
    throw new StorageError('Locked', `${error.message.split(':')[0]}: stop it first, or verify a snapshot of it ("k8ts snapshot save")`);
  }
}

class Verification {
  readonly #problems: string[] = [];
  readonly #headers = new Map<Revision, Header>();
  readonly #values = new Set<Revision>();
  /** Page by revision. */
  readonly #damaged = new Map<Revision, number>();
  #meta: Meta = metaOf(undefined) as Meta;

  read(path: string): void {
    const walk = new PageWalk(path, { values: true, onProblem: (problem) => this.#problems.push(`the file ${problem}`) });
    try {
      for (const leaf of walk.records()) this.#take(leaf);
    } finally {
      walk.close();
    }
  }

  result(): Omit<StoreReport, 'path' | 'bytes'> {
    const { format, compacted } = this.#meta;
    const problem = formatProblem(format);
    if (problem !== undefined) this.#problems.push(`the store ${problem}`);
    const revision = Math.max(1, compacted, ...[...this.#headers.keys()].slice(-1));
    const now = this.#replay(revision);
    this.#checkValues(now);
    return { format, revision, compacted, keys: now.size, writes: this.#headers.size, problems: this.#problems };
  }

  #take({ table, key, value, page }: Leaf): void {
    if (!TABLES.includes(table)) return void this.#problems.push(`"${table}", page ${page}, is no table of k8ts`);
    if (table === 'meta') return this.#takeMeta(value, page);
    const revision = revisionOf(key);
    if (Number.isNaN(revision)) return void this.#problems.push(`a key of table "${table}" is damaged (page ${page})`);
    if (table === 'headers') return this.#takeHeader(revision, value, page);
    this.#values.add(revision);
    if (!decodeValue(revision, Buffer.from(value))) this.#damaged.set(revision, page);
  }

  #takeMeta(value: Buffer, page: number): void {
    const meta = metaOf(Buffer.from(value));
    if (meta) this.#meta = meta;
    else this.#problems.push(`the description of the store is damaged (page ${page})`);
  }

  #takeHeader(revision: Revision, record: Buffer, page: number): void {
    try {
      this.#headers.set(revision, decodeHeader(revision, Buffer.from(record)));
    } catch (error) {
      if (!isStorageError(error, 'Corrupt')) throw error;
      this.#problems.push(`${error.message} (page ${page}, key unknown)`);
    }
  }

  /** Which keys exist, by revision; a gap in the history or a write on top of what was not there is a problem. */
  #replay(newest: Revision): Map<string, Revision> {
    const { compacted, swept } = this.#meta;
    const now = new Map<string, Revision>();
    for (const [revision, { key, previous, isDelete }] of this.#headers) {
      const before = now.get(key) ?? 0;
      if (revision > swept && before !== previous) this.#problems.push(`${key} at revision ${revision} replaces revision ${previous}, but revision ${before} stands there`);
      if (isDelete) now.delete(key);
      else now.set(key, revision);
    }
    for (let revision = compacted + 1; revision <= newest; revision++)
      if (revision > 1 && !this.#headers.has(revision)) this.#problems.push(`the history has no revision ${revision}`);
    return now;
  }

  #checkValues(now: ReadonlyMap<string, Revision>): void {
    for (const [revision, { key, isDelete }] of this.#headers) {
      const page = this.#damaged.get(revision);
      const what = `the value of ${key} at revision ${revision}${now.get(key) === revision ? '' : ' (history)'}`;
      if (page !== undefined) this.#problems.push(`${what} is damaged (page ${page})`);
      else if (!isDelete && !this.#values.has(revision)) this.#problems.push(`${what} is missing`);
    }
    for (const revision of this.#values) if (!this.#headers.has(revision)) this.#problems.push(`a value at revision ${revision} belongs to no write`);
  }
}

/** A key of the library for a number: a mark of four bits, then the number's 64 bits (big-endian double), without the zeros at the end. NaN: it is no revision. */
function revisionOf(key: Buffer): number {
  if (key.length === 0 || key.length > 9 || (key[0] as number) >> 4 !== 1) return Number.NaN;
  const bits = Buffer.alloc(16);
  key.copy(bits, 7);
  bits.writeBigUInt64BE((bits.readBigUInt64BE(7) << 4n | BigInt((bits[15] as number) >> 4)) & 0xffff_ffff_ffff_ffffn, 0);
  const revision = bits.readDoubleBE(0);
  return Number.isSafeInteger(revision) && revision > 0 ? revision : Number.NaN;
}
