/** Which keys exist, at which revisions: in memory, made from the headers when the store opens. Values stay on the disk. */
import type { Revision } from '../interface.ts';
import { SortedMap } from '../sorted-map.ts';
import type { Header } from './records.ts';

export interface KeyEntry {
  readonly revision: Revision;
  /** How long the value is; absent: it has not been read. */
  readonly bytes?: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

export type KeyState = SortedMap<KeyEntry>;

const KEPT_STATES = 8;

export class KeyIndex {
  readonly now: KeyState = new SortedMap();
  /** Older states, least recently used first. */
  readonly #older = new Map<Revision, KeyState>();

  /** `bytes`: of the value, where that is known. Returns what was replaced. */
  apply({ key, revision, isDelete, expiresAt }: Header, bytes?: number): KeyEntry | undefined {
    if (isDelete) return this.now.delete(key);
    return this.now.set(key, { revision, ...(bytes !== undefined && { bytes }), ...(expiresAt !== undefined && { expiresAt }) });
  }

  /** The state before the headers of `later` (oldest first), all those after `at`, were written. It must not be changed. */
  at(at: Revision, later: () => Iterable<Header>): KeyState {
    const state = this.#older.get(at) ?? undone(this.now.clone(), [...later()]);
    this.#older.delete(at);
    this.#older.set(at, state);
    const [oldest] = this.#older.keys();
    if (this.#older.size > KEPT_STATES && oldest !== undefined) this.#older.delete(oldest);
    return state;
  }

  forgetBelow(compacted: Revision): void {
    for (const revision of this.#older.keys()) if (revision < compacted) this.#older.delete(revision);
  }
}

function undone(state: KeyState, headers: readonly Header[]): KeyState {
  for (const { key, previous } of headers.toReversed()) {
    if (previous === 0) state.delete(key);
    else state.set(key, { revision: previous });
  }
  return state;
}
