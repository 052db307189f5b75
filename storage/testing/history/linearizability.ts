/**
 * Whether a history of concurrent operations on one key is that of a register with compare-and-swap: whether the operations can be put in one order that respects
 * time and explains every result. The search is Wing's and Gong's, with Lowe's memory of what has been tried. An operation of unknown outcome may have happened at any
 * time after its call, or never.
 */

/** What stands in the register. Values are unique in a history. */
export interface Standing {
  readonly revision: number;
  readonly value: string;
}

export type Result =
  | { readonly kind: 'committed'; readonly revision: number }
  /** The expectation failed; `current`: what stood there, absent: nothing did. */
  | { readonly kind: 'conflict'; readonly current?: Standing }
  | { readonly kind: 'read'; readonly current?: Standing }
  /** Nobody knows whether it happened. */
  | { readonly kind: 'unknown' };

export interface Operation {
  readonly key: string;
  /** A read has neither. */
  readonly write?: { readonly expected: number; /** Absent: delete. */ readonly value?: string };
  /** Positions in the order of all calls and returns; a call of unknown outcome never returned. */
  readonly called: number;
  readonly returned: number;
  readonly result: Result;
}

interface State {
  readonly now: Standing | undefined;
  /** The highest revision of a write so far: those that follow are above. */
  readonly high: number;
}

/** The keys whose operations have no order that explains them; empty: the history is linearizable. */
export function keysOutOfOrder(operations: readonly Operation[]): string[] {
  const byKey = new Map<string, Operation[]>();
  for (const operation of operations) {
    const its = byKey.get(operation.key);
    if (its) its.push(operation);
    else byKey.set(operation.key, [operation]);
  }
  return [...byKey].filter(([, its]) => !new Search(its).succeeds()).map(([key]) => key);
}

/** A state that the search has reached, and what it may try next. */
interface Frame {
  readonly state: State;
  /** The first operation that is not done. */
  readonly first: number;
  /** The operation that led here; absent in the first frame. */
  readonly by?: number;
  readonly candidates: readonly number[];
  next: number;
}

class Search {
  /** By the time of the call. */
  readonly #operations: readonly Operation[];
  /** Revisions of values that somebody saw: they tell where an operation of unknown outcome went. */
  readonly #revisions = new Map<string, number>();
  readonly #tried = new Set<string>();
  readonly #done = new Set<number>();
  /** The highest that was ever done. */
  #last = 0;
  /** How many operations of known outcome are not done. */
  #known: number;

  constructor(operations: readonly Operation[]) {
    this.#operations = operations.toSorted((a, b) => a.called - b.called);
    this.#known = operations.filter(({ result }) => result.kind !== 'unknown').length;
    for (const { write, result } of operations) {
      if (result.kind === 'committed' && write?.value !== undefined) this.#revisions.set(write.value, result.revision);
      if (result.kind !== 'committed' && result.kind !== 'unknown' && result.current) this.#revisions.set(result.current.value, result.current.revision);
    }
  }

  succeeds(): boolean {
    const stack: Frame[] = [{ state: { now: undefined, high: 0 }, first: 0, candidates: this.#candidates(0), next: 0 }];
    while (this.#known > 0) {
      const frame = stack.at(-1);
      if (!frame) return false;
      const i = frame.candidates[frame.next++];
      const deeper = i === undefined ? undefined : this.#deeper(frame, i);
      if (deeper) stack.push(deeper);
      else if (i === undefined) {
        stack.pop();
        if (frame.by !== undefined) this.#undo(frame.by);
      }
    }
    return true;
  }

  /** After operation `i`; undefined: it cannot come next, or where it leads has been tried. */
  #deeper({ state, first }: Frame, i: number): Frame | undefined {
    const operation = this.#operations[i] as Operation;
    const next = this.#after(operation, state);
    if (!next) return undefined;
    this.#done.add(i);
    this.#last = Math.max(this.#last, i);
    if (operation.result.kind !== 'unknown') this.#known--;
    let from = first;
    while (this.#done.has(from)) from++;
    const id = `${from} ${this.#doneAfter(from)} ${next.now?.value} ${next.high}`;
    if (!this.#tried.has(id)) {
      this.#tried.add(id);
      return { state: next, first: from, by: i, candidates: this.#candidates(from), next: 0 };
    }
    this.#undo(i);
    return undefined;
  }

  /** Done operations behind the first that is not: as many as were called together. */
  #doneAfter(first: number): string {
    const after: number[] = [];
    for (let i = first + 1; i <= this.#last; i++) if (this.#done.has(i)) after.push(i);
    return after.join();
  }

  #undo(i: number): void {
    this.#done.delete(i);
    if (this.#operations[i]?.result.kind !== 'unknown') this.#known++;
  }

  /** Operations that may come next: none that is still to come had returned when they were called. */
  #candidates(first: number): number[] {
    const candidates: number[] = [];
    let earliest = Number.POSITIVE_INFINITY;
    for (let i = first; i < this.#operations.length; i++) {
      const { called, returned } = this.#operations[i] as Operation;
      if (called > earliest) break;
      if (this.#done.has(i)) continue;
      candidates.push(i);
      earliest = Math.min(earliest, returned);
    }
    return candidates;
  }

  /** The state after the operation, when its result follows from the state before. */
  #after({ write, result }: Operation, state: State): State | undefined {
    const { now, high } = state;
    if (result.kind === 'read') return isSame(now, result.current) ? state : undefined;
    if (!write) return undefined;
    const isExpected = (now?.revision ?? 0) === write.expected && !(write.value === undefined && !now);
    if (result.kind === 'conflict') return !isExpected && isSame(now, result.current) ? state : undefined;
    if (!isExpected) return undefined;
    const revision = result.kind === 'committed' ? result.revision : this.#revisionOf(write.value, high);
    if (revision === undefined || revision <= high) return undefined;
    if (write.value === undefined) return { now: undefined, high: result.kind === 'committed' ? revision : high };
    return { now: { revision, value: write.value }, high: revision };
  }

  /** Of a write of unknown outcome. A value that nobody ever saw need not have been written. */
  #revisionOf(value: string | undefined, high: number): number | undefined {
    return value === undefined ? high + 0.5 : this.#revisions.get(value);
  }
}

function isSame(a: Standing | undefined, b: Standing | undefined): boolean {
  return a?.revision === b?.revision && a?.value === b?.value;
}
