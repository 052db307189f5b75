/**
 * A map ordered by key (compareKeys), made of short sorted chunks. A clone shares the chunks and copies one when it is first changed, so that
 * holding an older state costs what has changed since. Shared by storage/memory and storage/cacher.
 */
import { commonPrefix, compareFrom, compareKeys } from './keys.ts';

interface Chunk<V> {
  readonly keys: string[];
  readonly values: V[];
  /** The map that may change this chunk in place; any other copies it first. */
  owner: object;
}

const FULL = 256;

/** The first position in `keys` whose key is not before `key`. What lies between two keys begins with what both have in common with `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  let commonBelow = 0;
  let commonAbove = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = keys[middle] as string;
    const common = commonPrefix(there, key, Math.min(commonBelow, commonAbove));
    if (compareFrom(there, key, common) < 0) {
      low = middle + 1;
      commonBelow = common;
    } else {
      high = middle;
      commonAbove = common;
    }
  }
  return low;
}

export class SortedMap<V> {
  /** Never empty chunks; each one's keys are before the next one's. */
  #chunks: Chunk<V>[] = [];
  #size = 0;
  /** Replaced when a clone is taken: chunks of the former owner are then shared and no longer changed in place. */
  #owner: object = {};

  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    if (!chunk) return undefined;
    const i = lowerBound(chunk.keys, key);
    return chunk.keys[i] === key ? chunk.values[i] : undefined;
  }

  /** Returns the value that was replaced. */
  set(key: string, value: V): V | undefined {
    const at = this.#chunkOf(key);
    if (at >= this.#chunks.length) {
      this.#append(key, value);
      return undefined;
    }
    const chunk = this.#writable(at);
    const i = lowerBound(chunk.keys, key);
    if (chunk.keys[i] === key) {
      const before = chunk.values[i];
      chunk.values[i] = value;
      return before;
    }
    chunk.keys.splice(i, 0, key);
    chunk.values.splice(i, 0, value);
    this.#size++;
    if (chunk.keys.length > FULL) this.#split(at, chunk);
    return undefined;
  }

  /** Returns the value that was removed. */
  delete(key: string): V | undefined {
    const at = this.#chunkOf(key);
    const found = this.#chunks[at];
    if (!found) return undefined;
    const i = lowerBound(found.keys, key);
    if (found.keys[i] !== key) return undefined;
    const chunk = this.#writable(at);
    chunk.keys.splice(i, 1);
    const [removed] = chunk.values.splice(i, 1);
    this.#size--;
    if (chunk.keys.length === 0) this.#chunks.splice(at, 1);
    return removed;
  }

  /** The same content; neither sees later changes of the other. Costs one step per chunk. */
  clone(): SortedMap<V> {
    const copy = new SortedMap<V>();
    copy.#chunks = this.#chunks.slice();
    copy.#size = this.#size;
    this.#owner = {};
    return copy;
  }

  /** Entries with the prefix, in order, from the first key after `after` on. The map must not be changed meanwhile: clone it. */
  *entries(prefix = '', after?: string): Generator<readonly [string, V], void> {
    const start = after !== undefined && compareKeys(after, prefix) >= 0 ? after : prefix;
    let at = this.#chunkOf(start);
    let i = at < this.#chunks.length ? lowerBound((this.#chunks[at] as Chunk<V>).keys, start) : 0;
    for (; at < this.#chunks.length; at++, i = 0) {
      const chunk = this.#chunks[at] as Chunk<V>;
      for (; i < chunk.keys.length; i++) {
        const key = chunk.keys[i] as string;
        if (!key.startsWith(prefix)) return;
        if (key !== after) yield [key, chunk.values[i] as V];
      }
    }
  }

  /** Calls `see` with the values that `entries` gives, until it returns false: without an iterator's steps, for long ranges. */
  visit(prefix: string, after: string | undefined, see: (value: V) => boolean): void {
    const start = after !== undefined && compareKeys(after, prefix) >= 0 ? after : prefix;
    const first = this.#chunkOf(start);
    for (let at = first; at < this.#chunks.length; at++) {
      const { keys, values } = this.#chunks[at] as Chunk<V>;
      const isWithin = (keys[keys.length - 1] as string).startsWith(prefix);
      for (let i = at === first ? lowerBound(keys, start) : 0; i < keys.length; i++) {
        if (!isWithin && !(keys[i] as string).startsWith(prefix)) return;
        if (keys[i] !== after && !see(values[i] as V)) return;
      }
    }
  }

  /** Keys whose values are not the same here and there, in order; absent: no such key. Chunks that both maps share are passed over. */
  *differences(other: SortedMap<V>): Generator<{ readonly key: string; readonly mine?: V; readonly theirs?: V }, void> {
    const [a, b] = [new Cursor(this.#chunks), new Cursor(other.#chunks)];
    for (;;) {
      while (a.isAtStart && b.isAtStart && a.chunk && a.chunk === b.chunk) {
        a.skipChunk();
        b.skipChunk();
      }
      const [x, y] = [a.key, b.key];
      if (x === undefined && y === undefined) return;
      const order = x === undefined ? 1 : y === undefined ? -1 : compareKeys(x, y);
      if (order < 0) yield { key: x as string, mine: a.value as V };
      else if (order > 0) yield { key: y as string, theirs: b.value as V };
      else if (a.value !== b.value) yield { key: x as string, mine: a.value as V, theirs: b.value as V };
      if (order <= 0) a.next();
      if (order >= 0) b.next();
    }
  }

  /** How many entries `entries(prefix, after)` gives, without visiting them. */
  count(prefix = '', after?: string): number {
    const end = this.#rank(`${prefix}\u{10ffff}`);
    if (after === undefined || compareKeys(after, prefix) < 0) return end - this.#rank(prefix);
    return Math.max(0, end - this.#rank(`${after}\0`));
  }

  /** How many keys are before `key`. */
  #rank(key: string): number {
    const at = this.#chunkOf(key);
    let before = 0;
    for (let i = 0; i < at; i++) before += (this.#chunks[i] as Chunk<V>).keys.length;
    const chunk = this.#chunks[at];
    return chunk ? before + lowerBound(chunk.keys, key) : before;
  }

  /** The first chunk whose last key is not before `key`; the number of chunks when there is none. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const keys = (this.#chunks[middle] as Chunk<V>).keys;
      if (compareKeys(keys[keys.length - 1] as string, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds a key that is after all others. */
  #append(key: string, value: V): void {
    this.#size++;
    const last = this.#chunks.length - 1;
    if (last >= 0 && (this.#chunks[last] as Chunk<V>).keys.length < FULL) {
      const chunk = this.#writable(last);
      chunk.keys.push(key);
      chunk.values.push(value);
    } else {
      this.#chunks.push({ keys: [key], values: [value], owner: this.#owner });
    }
  }

  #writable(at: number): Chunk<V> {
    const chunk = this.#chunks[at] as Chunk<V>;
    if (chunk.owner === this.#owner) return chunk;
    const own = { keys: chunk.keys.slice(), values: chunk.values.slice(), owner: this.#owner };
    this.#chunks[at] = own;
    return own;
  }

  #split(at: number, chunk: Chunk<V>): void {
    const half = chunk.keys.length >>> 1;
    const keys = chunk.keys.splice(half);
    const values = chunk.values.splice(half);
    this.#chunks.splice(at + 1, 0, { keys, values, owner: this.#owner });
  }
}

/** A place in a map's chunks. */
class Cursor<V> {
  readonly #chunks: readonly Chunk<V>[];
  #at = 0;
  #i = 0;

  constructor(chunks: readonly Chunk<V>[]) {
    this.#chunks = chunks;
  }

  get chunk(): Chunk<V> | undefined {
    return this.#chunks[this.#at];
  }

  get isAtStart(): boolean {
    return this.#i === 0;
  }

  get key(): string | undefined {
    return this.chunk?.keys[this.#i];
  }

  get value(): V | undefined {
    return this.chunk?.values[this.#i];
  }

  next(): void {
    if (++this.#i >= (this.chunk?.keys.length ?? 0)) this.skipChunk();
  }

  skipChunk(): void {
    this.#at++;
    this.#i = 0;
  }
}
