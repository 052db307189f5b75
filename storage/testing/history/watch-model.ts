/**
 * The checker of what watches are told: given every change of the store in order, a watch must tell exactly those that concern its selector, as they concern it, in order,
 * once, over all its resumptions; and a bookmark never before what it covers.
 */

/** What a selector looks at, and the value that tells objects apart. */
export interface Content {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly node: string;
  readonly data: string;
}

/** All conditions must hold; absent ones do. */
export interface Selector {
  readonly namespace?: string;
  readonly name?: string;
  readonly node?: string;
  /** Of the label `app`. */
  readonly app?: string;
}

export function selects({ namespace, name, node, app }: Selector, content: Content | undefined): content is Content {
  if (!content) return false;
  const isMeant = (namespace === undefined || content.namespace === namespace) && (name === undefined || content.name === name);
  return isMeant && (node === undefined || content.node === node) && (app === undefined || content.labels['app'] === app);
}

export interface Change {
  readonly key: string;
  readonly revision: number;
  readonly before?: Content;
  readonly after?: Content;
}

/** What a watcher was told. */
export type Told =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly key: string; readonly revision: number; readonly data: string }
  | { readonly type: 'BOOKMARK'; readonly revision: number; readonly initialEventsEnd: boolean };

/** One call of a watch, to where it broke off. */
export interface Session {
  readonly from: number | 'state';
  readonly told: readonly Told[];
}

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly key: string;
  readonly revision: number;
  readonly data: string;
}

const textOf = ({ type, key, revision, data }: Event): string => `${type} ${key}@${revision} ${data}`;

/** All changes of a store, and what follows from them. */
export class Truth {
  readonly #changes: Change[] = [];

  /** In revision order. */
  add(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.revision <= this.newest) throw new Error(`the store tells revision ${change.revision} after ${this.newest}`);
      this.#changes.push(change);
    }
  }

  get newest(): number {
    return this.#changes.at(-1)?.revision ?? 1;
  }

  get size(): number {
    return this.#changes.length;
  }

  all(): readonly Change[] {
    return this.#changes;
  }

  at(revision: number): Change | undefined {
    return this.#changes.find((change) => change.revision === revision);
  }

  /** What a watch from `from` must tell up to `to`. */
  *events(selector: Selector, from: number, to: number): Generator<Event> {
    for (const { key, revision, before, after } of this.#changes) {
      if (revision <= from) continue;
      if (revision > to) return;
      const [was, is] = [selects(selector, before), selects(selector, after)];
      if (is) yield { type: was ? 'MODIFIED' : 'ADDED', key, revision, data: (after as Content).data };
      else if (was) yield { type: 'DELETED', key, revision, data: (before as Content).data };
    }
  }

  /** The objects at a revision in key order: key, the revision that made it, data. */
  state(selector: Selector, at: number): Event[] {
    const state = new Map<string, Event & { readonly content: Content }>();
    for (const { key, revision, after } of this.#changes) {
      if (revision > at) break;
      if (after) state.set(key, { type: 'ADDED', key, revision, data: after.data, content: after });
      else state.delete(key);
    }
    const found = [...state.values()].filter(({ content }) => selects(selector, content));
    return found.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ type, key, revision, data }) => ({ type, key, revision, data }));
  }
}

/** What is wrong with a watch's sessions; undefined: nothing. `until`: the last session must have told everything up to there. */
export function problemOfWatch(truth: Truth, selector: Selector, sessions: readonly Session[], until?: number): string | undefined {
  let position = 0;
  for (const [i, session] of sessions.entries()) {
    const check = new SessionCheck(truth, selector, session);
    const problem = check.run();
    if (problem !== undefined) return `session ${i} from ${session.from}: ${problem}`;
    if (check.position !== undefined) position = check.position;
  }
  const missed = until === undefined ? undefined : truth.events(selector, position, until).next().value;
  return missed ? `it was never told ${textOf(missed as Event)}` : undefined;
}

class SessionCheck {
  readonly #truth: Truth;
  readonly #selector: Selector;
  readonly #told: Told[];
  readonly #from: number | 'state';
  /** Everything up to here was told; undefined: the state was not told to its end. */
  position: number | undefined;

  constructor(truth: Truth, selector: Selector, { from, told }: Session) {
    this.#truth = truth;
    this.#selector = selector;
    this.#from = from;
    this.#told = [...told];
  }

  run(): string | undefined {
    const problem = this.#from === 'state' ? this.#checkState() : undefined;
    if (problem !== undefined) return problem;
    if (this.#from !== 'state') this.position = this.#from;
    return this.position === undefined ? undefined : this.#checkChanges(this.position);
  }

  #checkState(): string | undefined {
    const end = this.#told.findIndex((one) => one.type === 'BOOKMARK');
    if (end < 0) return undefined;
    const state = this.#told.splice(0, end + 1) as [...Event[], Told & { type: 'BOOKMARK' }];
    const mark = state.pop() as Told & { type: 'BOOKMARK' };
    if (!mark.initialEventsEnd) return 'the first bookmark does not end the state';
    const told = (state as Event[]).map(textOf);
    const want = this.#truth.state(this.#selector, mark.revision).map(textOf);
    if (told.join() !== want.join()) return `the state at ${mark.revision} is [${told.join()}], not [${want.join()}]`;
    this.position = mark.revision;
    return undefined;
  }

  #checkChanges(from: number): string | undefined {
    const expected = this.#truth.events(this.#selector, from, Number.POSITIVE_INFINITY);
    let next = expected.next();
    let reached = from;
    for (const one of this.#told) {
      if (one.type === 'BOOKMARK') {
        if (one.revision < reached) return `a bookmark goes back from ${reached} to ${one.revision}`;
        if (!next.done && next.value.revision <= one.revision) return `the bookmark at ${one.revision} comes before ${textOf(next.value)}`;
      } else {
        if (next.done || textOf(one) !== textOf(next.value)) return `it was told ${textOf(one)} instead of ${next.done ? 'nothing' : textOf(next.value)}`;
        next = expected.next();
      }
      reached = one.revision;
    }
    this.position = reached;
    return undefined;
  }
}
