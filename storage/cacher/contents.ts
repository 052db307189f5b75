/** The objects of one resource by key and by index, now and at older revisions. */
import type { Revision } from '../interface.ts';
import { compareKeys } from '../keys.ts';
import { SortedMap } from '../sorted-map.ts';
import type { Change } from './change.ts';
import type { CachedPage, CachedRecord, CacheSpec, ListRequest, Match } from './interface.ts';
import { LabelIndex } from './label-index.ts';
import { compileMatch, mayMatchKey, prefixOf } from './match.ts';
import { Broken, Held } from './record.ts';

export type State = SortedMap<Held | Broken>;

/** How many older states are kept for the pages that follow, and for how many calls of `age` after the last of them. */
const KEPT_STATES = 8;
const KEPT_AGES = 5;

interface OlderState {
  readonly state: State;
  /** Lists whose last page has not been read. */
  readers: number;
  age: number;
}

export class Contents {
  readonly #spec: CacheSpec;
  #state: State = new SortedMap();
  /** The same by key: a lookup takes one step. */
  readonly #byKey = new Map<string, Held | Broken>();
  /** Index name, value, keys. */
  readonly #indexes = new Map<string, Map<string, Set<string>>>();
  readonly #labels = new LabelIndex();
  /** Least recently used first. */
  readonly #older = new Map<Revision, OlderState>();

  constructor(spec: CacheSpec) {
    this.#spec = spec;
    for (const name of Object.keys(spec.indexes ?? {})) this.#indexes.set(name, new Map());
  }

  get size(): number {
    return this.#state.size;
  }

  get(key: string): Held | Broken | undefined {
    return this.#byKey.get(key);
  }

  /** A state that stands still. */
  snapshot(): State {
    return this.#state.clone();
  }

  *broken(): Generator<Broken> {
    for (const [, held] of this.#state.entries()) if (held instanceof Broken) yield held;
  }

  /** Returns what was replaced, which is remembered: whoever forgets it releases it. */
  set(key: string, now: Held | Broken | undefined): Held | Broken | undefined {
    const before = now ? this.#state.set(key, now) : this.#state.delete(key);
    if (now) this.#byKey.set(key, now);
    else this.#byKey.delete(key);
    if (this.#indexes.size > 0) this.#reindex(key, before, now);
    this.#labels.replace(key, before, now);
    if (now instanceof Held) now.enter();
    return before;
  }

  clear(): void {
    for (const held of this.#byKey.values()) if (held instanceof Held) held.release();
    this.#state = new SortedMap();
    this.#byKey.clear();
    this.#labels.clear();
    this.#older.clear();
    for (const index of this.#indexes.values()) index.clear();
  }

  /** A page of the newest state. */
  list(request: ListRequest, revision: Revision): CachedPage {
    const { match } = request;
    const page = pageOf(this.#spec, this.#state, request, revision, this.#found(match));
    this.#keep(page, request, () => this.#state.clone());
    return page;
  }

  /** A page of the state before `undo` (newest change first) happened. */
  listBefore(at: Revision, undo: Iterable<Change>, request: ListRequest): CachedPage {
    const state = this.#older.get(at)?.state ?? undone(this.#state.clone(), undo);
    const page = pageOf(this.#spec, state, request, at);
    this.#keep(page, request, () => state);
    return page;
  }

  /** The objects that match, in key order, standing still. Iterating throws the error of one that may match and cannot be decoded. */
  state(match: Match): Iterable<Held> {
    const found = this.#found(match);
    const candidates = found ? found.map((key) => this.#byKey.get(key)) : valuesOf(this.#state.clone(), prefixOf(this.#spec, match));
    return matching(this.#spec, candidates, match);
  }

  /** Whether a page of that revision was given out and its state is still kept. */
  keeps(at: Revision): boolean {
    return this.#older.has(at);
  }

  /** Forgets older states that have long not been asked for; called once a minute or so. */
  age(): void {
    this.#labels.age();
    for (const [revision, older] of this.#older) if (++older.age > KEPT_AGES) this.#older.delete(revision);
  }

  /** A page was given out: what the pages after it show is kept, until the last one of each list that has begun. */
  #keep({ revision, more }: CachedPage, { after }: ListRequest, state: () => State): void {
    const kept = this.#older.get(revision);
    const readers = (kept?.readers ?? 0) + Number(after === undefined) - Number(!more);
    this.#older.delete(revision);
    if (readers <= 0 && !more) return;
    this.#older.set(revision, { state: kept?.state ?? state(), readers: Math.max(readers, 1), age: 0 });
    const [oldest] = this.#older.keys();
    if (this.#older.size > KEPT_STATES && oldest !== undefined) this.#older.delete(oldest);
  }

  /** The keys that can match, in order; undefined: all with the prefix. */
  #found(match: Match): readonly string[] | undefined {
    const { prefix } = this.#spec.range;
    if (match.name !== undefined) {
      const key = match.namespace ? `${prefix}${match.namespace}/${match.name}` : `${prefix}${match.name}`;
      if (match.namespace || this.#state.get(key)) return [key];
    }
    if (!match.index) return match.label && this.#labels.find(match.label.name, match.label.value, this.#byKey)?.toSorted(compareKeys);
    const keys = this.#indexes.get(match.index.name)?.get(match.index.value);
    return keys ? [...keys].sort(compareKeys) : [];
  }

  #reindex(key: string, before: Held | Broken | undefined, now: Held | Broken | undefined): void {
    for (const [name, index] of this.#indexes) {
      const valuesOf = this.#spec.indexes?.[name];
      if (!valuesOf) continue;
      if (before instanceof Held) for (const value of valuesOf(before.tested)) removeFrom(index, value, key);
      if (now instanceof Held) for (const value of valuesOf(now.tested)) addTo(index, value, key);
    }
  }
}

function addTo(index: Map<string, Set<string>>, value: string, key: string): void {
  const keys = index.get(value);
  if (keys) keys.add(key);
  else index.set(value, new Set([key]));
}

function removeFrom(index: Map<string, Set<string>>, value: string, key: string): void {
  const keys = index.get(value);
  if (keys?.delete(key) && keys.size === 0) index.delete(value);
}

function undone(state: State, changes: Iterable<Change>): State {
  for (const { key, before } of changes) {
    if (before) state.set(key, before);
    else state.delete(key);
  }
  return state;
}

/** Throws the error of a key that may belong to the page and cannot be decoded. */
function pageOf(spec: CacheSpec, state: State, request: ListRequest, revision: Revision, found?: readonly string[]): CachedPage {
  const { match, limit = Number.POSITIVE_INFINITY, after } = request;
  // The prefix of the keys has decided everything else.
  const matches = match.test || match.index || match.name !== undefined ? compileMatch(spec, match) : undefined;
  const items: CachedRecord[] = [];
  let more = false;
  const see = (held: Held | Broken): boolean => {
    if (held instanceof Broken) {
      if (mayMatchKey(spec, match, held.key)) throw held.error;
    } else if (!matches || matches(held.tested)) {
      more = items.length >= limit;
      if (!more) items.push(held);
    }
    return !more;
  };
  if (found) seeKeys(state, found, after, see);
  else state.visit(prefixOf(spec, match), after, see);
  return more ? { items, revision, more, ...remainingOf(spec, state, match, items) } : { items, revision, more, remaining: 0 };
}

function seeKeys(state: State, keys: readonly string[], after: string | undefined, see: (held: Held | Broken) => boolean): void {
  for (const key of keys) {
    const held = after === undefined || compareKeys(key, after) > 0 ? state.get(key) : undefined;
    if (held && !see(held)) return;
  }
}

function remainingOf(spec: CacheSpec, state: State, match: Match, items: readonly CachedRecord[]): { remaining?: number } {
  if (match.test || match.index || match.name !== undefined) return {};
  return { remaining: state.count(prefixOf(spec, match), items.at(-1)?.key) };
}

function* matching(spec: CacheSpec, candidates: Iterable<Held | Broken | undefined>, match: Match): Generator<Held> {
  const matches = compileMatch(spec, match);
  for (const held of candidates) {
    if (held instanceof Broken) {
      if (mayMatchKey(spec, match, held.key)) throw held.error;
    } else if (held && matches(held.tested)) yield held;
  }
}

function* valuesOf(state: State, prefix: string): Generator<Held | Broken> {
  for (const [, held] of state.entries(prefix)) yield held;
}
