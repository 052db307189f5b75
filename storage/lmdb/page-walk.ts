/** Visits the pages of an lmdb file and tells which of them cannot be what they should be. Reads the file itself, never through lmdb. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { BIG, BRANCH, LEAF, NODE_HEADER, newestRoot, OVERFLOW, PAGE_HEADER, readTree, type Root, TABLE, type Tree, u64 } from './file-format.ts';

/** One record. The buffers are good until the next one is asked for. */
export interface Leaf {
  readonly table: string;
  readonly page: number;
  readonly key: Buffer;
  readonly value: Buffer;
}

interface Node {
  readonly at: number;
  readonly key: Buffer;
}

interface Counts {
  branch: number;
  leaf: number;
  overflow: number;
  entries: number;
}

/** What lies between two keys of a branch; absent: no bound. */
interface Bounds {
  readonly from?: Buffer;
  readonly to?: Buffer;
}

/** Enough for both roots, whatever the size of a page. */
const START = 131_072;
const MOST_DEPTH = 32;
const FREE = 'free list';
const MAIN = 'tables';

export interface WalkOptions {
  /** Reads values that have pages of their own, too. */
  readonly values: boolean;
  /** Told of each problem, as what the file is: `is damaged: table "headers", page 17: its keys are out of order`. */
  onProblem(problem: string): void;
}

export class PageWalk {
  readonly #fd: number;
  readonly #size: number;
  readonly #options: WalkOptions;
  #root: Root | undefined;
  /** Pages that a tree uses, one bit each. */
  #used = new Uint8Array(0);

  constructor(path: string, options: WalkOptions) {
    this.#fd = openSync(path, 'r');
    this.#size = fstatSync(this.#fd).size;
    this.#options = options;
  }

  close(): void {
    closeSync(this.#fd);
  }

  get root(): Root | undefined {
    return this.#root;
  }

  /** Every record of every table, the free list's left out. */
  *records(): Generator<Leaf> {
    const start = Buffer.alloc(Math.min(START, this.#size));
    readSync(this.#fd, start, 0, start.length, 0);
    const root = newestRoot(start, this.#size);
    if (typeof root === 'string') return this.#options.onProblem(root);
    this.#root = root;
    this.#used = new Uint8Array((root.lastPage >> 3) + 1);
    for (const { key, value, page } of [...this.#tree(MAIN, root.main)]) {
      const table = nameOf(key);
      if (value.length === 48) yield* this.#tree(table, readTree(value, 0));
      else this.#problem(MAIN, page, `the description of table "${table}" is damaged`);
    }
    for (const leaf of this.#tree(FREE, root.free, compareIntegers)) this.#checkFree(leaf);
  }

  #problem(table: string, page: number, what: string): void {
    this.#options.onProblem(`is damaged: ${table === FREE || table === MAIN ? table : `table "${table}"`}, page ${page}: ${what}`);
  }

  *#tree(table: string, tree: Tree, compare: (a: Buffer, b: Buffer) => number = Buffer.compare): Generator<Leaf> {
    if (tree.root === undefined) return;
    const counts: Counts = { branch: 0, leaf: 0, overflow: 0, entries: 0 };
    yield* this.#page({ table, counts, compare, depth: tree.depth }, tree.root, 1, {});
    const isCounted = counts.branch === tree.branchPages && counts.leaf === tree.leafPages && counts.entries === tree.entries;
    if (!isCounted || counts.overflow !== tree.overflowPages) this.#problem(table, tree.root, 'the table has not as many pages or records as it says');
  }

  *#page(of: Of, number: number, depth: number, bounds: Bounds): Generator<Leaf> {
    const page = this.#read(of, number);
    if (!page) return;
    const isLeaf = depth === of.depth;
    const flags = page.readUInt16LE(18);
    if (flags !== (isLeaf ? LEAF : BRANCH) || depth > MOST_DEPTH) return this.#problem(of.table, number, 'it is not the kind of page that belongs here');
    const nodes = this.#nodes(of, number, page, isLeaf, bounds);
    if (!nodes) return;
    if (isLeaf) {
      of.counts.leaf++;
      of.counts.entries += nodes.length;
      for (const node of nodes) yield* this.#leaf(of, number, page, node);
      return;
    }
    of.counts.branch++;
    for (const [i, node] of nodes.entries()) {
      const from = i === 0 ? bounds.from : node.key;
      const to = nodes[i + 1]?.key ?? bounds.to;
      yield* this.#page(of, childOf(page, node), depth + 1, { ...(from && { from }), ...(to && { to }) });
    }
  }

  /** The nodes of a page, checked; undefined when the page cannot be used. */
  #nodes(of: Of, number: number, page: Buffer, isLeaf: boolean, { from, to }: Bounds): Node[] | undefined {
    const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)];
    const bad = (what: string): undefined => this.#problem(of.table, number, what) as undefined;
    if (lower > upper || lower % 2 !== 0 || PAGE_HEADER + upper > page.length || lower === 0) return bad('its bounds are damaged');
    const nodes: Node[] = [];
    for (let i = 0; i < lower / 2; i++) {
      const node = nodeAt(page, page.readUInt16LE(PAGE_HEADER + 2 * i) + PAGE_HEADER, PAGE_HEADER + upper, isLeaf);
      if (!node) return bad(`its record ${i} is damaged`);
      nodes.push(node);
    }
    const keys = nodes.slice(isLeaf ? 0 : 1).map((node) => node.key);
    if (keys.some((key, i) => i > 0 && of.compare(keys[i - 1] as Buffer, key) >= 0)) return bad('its keys are out of order');
    const [first, last] = [keys[0], keys.at(-1)];
    if ((from && first && of.compare(first, from) < 0) || (to && last && of.compare(last, to) >= 0)) return bad('its keys belong elsewhere');
    return nodes;
  }

  *#leaf(of: Of, page: number, bytes: Buffer, { at, key }: Node): Generator<Leaf> {
    const flags = bytes.readUInt16LE(at + 4);
    const length = bytes.readUInt32LE(at);
    const from = at + NODE_HEADER + key.length;
    if (flags === BIG) {
      const value = this.#bigValue(of, page, bytes, from, length);
      if (value) yield { table: of.table, page, key, value };
      return;
    }
    if (flags === (of.table === MAIN ? TABLE : 0)) yield { table: of.table, page, key, value: bytes.subarray(from, from + length) };
    else this.#problem(of.table, page, 'the flags of a record are damaged');
  }

  #bigValue(of: Of, page: number, bytes: Buffer, at: number, length: number): Buffer | undefined {
    const { pageSize } = this.#root as Root;
    const [first, pages] = [u64(bytes, at), u64(bytes, at + 16)];
    const expected = Math.floor((PAGE_HEADER - 1 + length) / pageSize) + 1;
    for (let i = 0; i < expected; i++) if (!this.#take(of, first + i)) return undefined;
    of.counts.overflow += expected;
    if (pages !== expected) return this.#problem(of.table, page, 'the size of a record is damaged') as undefined;
    if (!this.#options.values && of.table !== FREE) return Buffer.alloc(0);
    const value = Buffer.allocUnsafe(PAGE_HEADER + length);
    readSync(this.#fd, value, 0, value.length, first * pageSize);
    const isSound = u64(value, 0) === first && value.readUInt16LE(18) === OVERFLOW && value.readUInt32LE(20) === expected;
    if (!isSound) this.#problem(of.table, first, 'the page of a long record is damaged');
    return value.subarray(PAGE_HEADER);
  }

  #read(of: Of, number: number): Buffer | undefined {
    if (!this.#take(of, number)) return undefined;
    const { pageSize, transaction } = this.#root as Root;
    const page = Buffer.allocUnsafe(pageSize);
    readSync(this.#fd, page, 0, pageSize, number * pageSize);
    if (u64(page, 0) === number && u64(page, 8) <= transaction) return page;
    return this.#problem(of.table, number, 'its head is damaged') as undefined;
  }

  /** Marks the page as used. */
  #take({ table }: Of, number: number): boolean {
    const { lastPage } = this.#root as Root;
    if (number < 2 || number > lastPage) this.#problem(table, number, 'there is no such page');
    else if (this.#isUsed(number)) this.#problem(table, number, 'it is used twice');
    else return (this.#used[number >> 3] = (this.#used[number >> 3] as number) | (1 << (number & 7))) > 0;
    return false;
  }

  #isUsed(number: number): boolean {
    return ((this.#used[number >> 3] as number) & (1 << (number & 7))) !== 0;
  }

  /** A list of free pages: its length, then page numbers, or a negative length and the first page of so many. */
  #checkFree({ page, value }: Leaf): void {
    const count = value.length < 8 ? 0 : u64(value, 0);
    if (value.length < 8 || count * 8 + 8 > value.length) return this.#problem(FREE, page, 'a list is damaged');
    for (let i = 1; i <= count; i++) {
      const entry = Number(value.readBigInt64LE(8 * i));
      const first = entry < 0 ? Number(value.readBigInt64LE(8 * Math.min(++i, count))) : entry;
      for (let number = first; number < first + Math.max(1, -entry); number++) if (!this.#mayBeFree(number)) return this.#problem(FREE, page, `it lists page ${number}, which is in use or not there`);
    }
  }

  /** 0 stands for no page. */
  #mayBeFree(number: number): boolean {
    return number === 0 || (number >= 2 && number <= (this.#root as Root).lastPage && !this.#isUsed(number));
  }
}

interface Of {
  readonly table: string;
  readonly counts: Counts;
  readonly depth: number;
  readonly compare: (a: Buffer, b: Buffer) => number;
}

function nodeAt(page: Buffer, at: number, least: number, isLeaf: boolean): Node | undefined {
  if (at < least || at + NODE_HEADER > page.length) return undefined;
  const keyEnd = at + NODE_HEADER + page.readUInt16LE(at + 6);
  const isBig = isLeaf && (page.readUInt16LE(at + 4) & BIG) !== 0;
  const end = keyEnd + (isBig ? 24 : isLeaf ? page.readUInt32LE(at) : 0);
  return end > page.length ? undefined : { at, key: page.subarray(at + NODE_HEADER, keyEnd) };
}

const childOf = (page: Buffer, { at }: Node): number => page.readUInt32LE(at) + page.readUInt16LE(at + 4) * 2 ** 32;

const compareIntegers = (a: Buffer, b: Buffer): number => (a.length === 8 && b.length === 8 ? u64(a, 0) - u64(b, 0) : a.length - b.length);

const nameOf = (key: Buffer): string => key.toString('latin1').replace(/[^a-z]+$/, '').replace(/^[^a-z]+/, '');
