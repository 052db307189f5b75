/**
 * The layout of an lmdb file (data format 2, 64 bit, little-endian), read without lmdb: lmdb maps the file and trusts it, so that what is damaged there
 * ends the process. Neighbours: page-walk.ts, which visits the pages, and data-file.ts, which opens the file once they are sound.
 */

export const BRANCH = 1;
export const LEAF = 2;
export const OVERFLOW = 4;
const META = 8;
export const PAGE_HEADER = 24;
export const NODE_HEADER = 8;
/** Flags of a node: its value has pages of its own; its value describes a table. */
export const BIG = 1;
export const TABLE = 2;

const MAGIC = 0xbeefc0de;
const VERSION = 2;
/** Of files made here: most objects take one page. With two of 4 kB lmdb looks for neighbours among all that are free, single ones are left over, and the list of them grows until keeping it takes a third of a core. */
export const PAGE_SIZE = 8192;
/** The free list's keys are integers. */
const INTEGER_KEYS = 8;
const TREE = 48;
/** The address of a tree without pages. */
const NONE = 0xffff_ffff_ffff_ffffn;
const MOST_MAPPED = 2 ** 46;

export const u64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

/** A B-tree of pages, as its description says. */
export interface Tree {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Absent: the tree is empty. */
  readonly root?: number;
}

/** One of the two pages that a transaction ends with, in turn: where everything else is found. */
export interface Root {
  readonly pageSize: number;
  readonly mapSize: number;
  readonly lastPage: number;
  readonly transaction: number;
  /** Pages that may be written again. */
  readonly free: Tree;
  /** The tables by name. */
  readonly main: Tree;
}

export function readTree(bytes: Buffer, at: number): Tree {
  const tree = {
    depth: bytes.readUInt16LE(at + 6),
    branchPages: u64(bytes, at + 8),
    leafPages: u64(bytes, at + 16),
    overflowPages: u64(bytes, at + 24),
    entries: u64(bytes, at + 32),
  };
  return bytes.readBigUInt64LE(at + 40) === NONE ? tree : { ...tree, root: u64(bytes, at + 40) };
}

/** The root that begins at `at`; undefined when nothing there looks like one. */
function readRoot(bytes: Buffer, at: number): Root | undefined {
  if (bytes.length < at + 168 || bytes.readUInt32LE(at + 24) !== MAGIC || (bytes.readUInt32LE(at + 28) & 0xffff) !== VERSION) return undefined;
  return {
    mapSize: u64(bytes, at + 40),
    pageSize: bytes.readUInt32LE(at + 48),
    free: readTree(bytes, at + 48),
    main: readTree(bytes, at + 48 + TREE),
    lastPage: u64(bytes, at + 48 + 2 * TREE),
    transaction: u64(bytes, at + 56 + 2 * TREE),
  };
}

function isPlausible({ pageSize, mapSize, lastPage, transaction }: Root, index: number): boolean {
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return false;
  if (lastPage < 1 || lastPage * pageSize > MOST_MAPPED || mapSize > MOST_MAPPED) return false;
  return transaction === 0 || transaction % 2 === index;
}

/** The root of the newest transaction, from the first two pages of the file. As a string: what is wrong. */
export function newestRoot(start: Buffer, size: number): Root | string {
  const first = readRoot(start, 0);
  const second = first && readRoot(start, first.pageSize);
  if (!first || !second) return 'is no store of k8ts, or its first pages are damaged';
  if (!isPlausible(first, 0) || !isPlausible(second, 1) || Math.abs(first.transaction - second.transaction) > 1 || first.pageSize !== second.pageSize)
    return 'is damaged: its first pages contradict each other';
  const root = first.transaction >= second.transaction ? first : second;
  return (root.lastPage + 1) * root.pageSize > size ? `has been cut short (${size} bytes)` : root;
}

/** A file without tables. lmdb would write the same; made here, an error of the disk can be told. `pageSize`, in bytes, stays that of the file. */
export function emptyFile(pageSize = PAGE_SIZE): Buffer {
  const file = Buffer.alloc(2 * pageSize);
  for (const at of [0, pageSize]) {
    file.writeBigUInt64LE(BigInt(at / pageSize), at);
    file.writeUInt16LE(META, at + 18);
    file.writeUInt32LE(MAGIC, at + 24);
    file.writeUInt32LE(VERSION, at + 28);
    file.writeUInt32LE(pageSize, at + 48);
    file.writeUInt16LE(INTEGER_KEYS, at + 52);
    file.writeBigUInt64LE(NONE, at + 88);
    file.writeBigUInt64LE(NONE, at + 88 + TREE);
    file.writeBigUInt64LE(1n, at + 48 + 2 * TREE);
  }
  return file;
}
