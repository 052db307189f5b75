/**
 * Records a random history of a store behind its cacher and judges it: writers that compare and swap, readers, watches that resume, compactions, kills. Every
 * acknowledged write must be in the store's history, operations must be linearizable, lists must show a state that was, and watches must tell the history.
 */
import type { Rand } from '../../../component-base/rand.ts';
import { keysOutOfOrder, type Operation, type Result } from './linearizability.ts';
import { keyOf, type HistoryServer, type Listed } from './server.ts';
import type { Target } from './targets.ts';
import { problemOfWatch, Truth, type Content, type Selector } from './watch-model.ts';
import { WatchClient } from './watch-client.ts';

export interface HistoryOptions {
  readonly target: Target;
  readonly rand: Rand;
  /** How many operations. */
  readonly operations: number;
  /** How often, of a thousand steps of the disturber, each happens. */
  readonly kills: number;
  /** Lets other work have its turn. */
  turn(): Promise<void>;
}

export interface Verdict {
  readonly operations: number;
  readonly unknown: number;
  readonly changes: number;
  readonly compactions: number;
  readonly kills: number;
  readonly sessions: number;
  readonly told: number;
  readonly lists: number;
  /** Empty: the history is as it must be. */
  readonly problems: readonly string[];
}

const WRITERS = 5;
const WATCHES = 10;
const NAMES = 4;
const NAMESPACES = ['a', 'b'];
const NODES = ['n1', 'n2', 'n3'];
const APPS = ['x', 'y'];

export function runHistory(options: HistoryOptions): Promise<Verdict> {
  return new HistoryRun(options).run();
}

class HistoryRun {
  readonly #options: HistoryOptions;
  readonly #truth = new Truth();
  readonly #operations: Operation[] = [];
  readonly #lists: { readonly selector: Selector; readonly listed: Listed }[] = [];
  readonly #problems: string[] = [];
  readonly #counts = { unknown: 0, compactions: 0, kills: 0 };
  #time = 0;
  #values = 0;
  #left: number;
  #compacted = 1;
  /** While something is being killed and brought back. */
  #disturbing: Promise<void> | undefined;

  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#left = options.operations;
  }

  async run(): Promise<Verdict> {
    const clients = Array.from({ length: WATCHES }, () => new WatchClient(this.#selector(), { ...this.#options, recover: () => this.#recover() }, () => this.#server()));
    const watching = clients.map((client) => client.run());
    const writing = Promise.all(Array.from({ length: WRITERS }, () => this.#work()));
    await Promise.all([writing, this.#disturb()]);
    await this.#scribe();
    for (const client of clients) client.finish(this.#truth.newest);
    await Promise.all(watching);
    return this.#judge(clients);
  }

  get #rand(): Rand {
    return this.#options.rand;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#rand.int(from.length)] as T;
  }

  #server(): HistoryServer {
    return this.#pick(this.#options.target.servers);
  }

  #selector(): Selector {
    const maybe = (): boolean => this.#rand.int(3) === 0;
    return {
      ...(maybe() && { namespace: this.#pick(NAMESPACES) }),
      ...(maybe() && { name: `p${this.#rand.int(NAMES)}` }),
      ...(maybe() && { node: this.#pick(NODES) }),
      ...(maybe() && { app: this.#pick(APPS) }),
    };
  }

  async #work(): Promise<void> {
    const known = new Map<string, number>();
    while (this.#left-- > 0) {
      await this.#options.turn();
      if (this.#rand.int(20) === 0) await this.#list();
      else await this.#operate(known);
    }
  }

  async #operate(known: Map<string, number>): Promise<void> {
    const id = { namespace: this.#pick(NAMESPACES), name: `p${this.#rand.int(NAMES)}` };
    const key = keyOf(id);
    if (this.#rand.int(3) === 0) return this.#record(key, undefined, known, async (server) => {
      const current = await server.read(key, this.#pick(['cache', 'store']));
      return current ? { kind: 'read', current } : { kind: 'read' };
    });
    const expected = this.#rand.int(8) === 0 ? 0 : (known.get(key) ?? 0);
    const isDelete = expected > 0 && this.#rand.int(5) === 0;
    const data = `v${this.#values++}`;
    const content = isDelete ? undefined : { ...id, labels: { app: this.#pick(APPS) }, node: this.#pick(NODES), data };
    return this.#record(key, { expected, ...(content && { value: data }) }, known, (server) => server.write(id, expected, content));
  }

  async #record(key: string, write: Operation['write'], known: Map<string, number>, call: (server: HistoryServer) => Promise<Result>): Promise<void> {
    const called = this.#time++;
    try {
      const result = await call(this.#server());
      this.#operations.push({ key, called, returned: this.#time++, result, ...(write && { write }) });
      if (result.kind === 'committed') known.set(key, write?.value === undefined ? 0 : result.revision);
      else if (result.kind !== 'unknown') known.set(key, result.current?.revision ?? 0);
    } catch (error) {
      const { code } = error as { code?: string };
      this.#expect(error, ['Unavailable', 'Closed', 'Lost', 'UnknownOutcome']);
      if (write && code !== 'Unavailable' && code !== 'Closed') {
        this.#counts.unknown++;
        this.#operations.push({ key, called, returned: Number.POSITIVE_INFINITY, result: { kind: 'unknown' }, write });
      }
      this.#left++;
      await this.#recover();
    }
  }

  /** Of the newest state, or of one that is remembered. */
  async #list(): Promise<void> {
    const selector = this.#selector();
    const at = this.#rand.int(2) === 0 ? undefined : Math.max(1, this.#truth.newest - this.#rand.int(30));
    try {
      this.#lists.push({ selector, listed: await this.#server().list(selector, at) });
    } catch (error) {
      this.#expect(error, ['Unavailable', 'Closed', 'Lost', 'Compacted', 'FutureRevision']);
    }
  }

  async #recover(): Promise<void> {
    await this.#options.turn();
    await this.#disturbing;
  }

  #expect(error: unknown, codes: readonly string[]): void {
    const { code = '' } = error as { code?: string };
    if (!codes.includes(code)) this.#problems.push(`an operation failed with ${code || String(error)}`);
  }

  async #disturb(): Promise<void> {
    while (this.#left > 0) {
      for (let i = this.#rand.int(10); i > 0; i--) await this.#options.turn();
      const chance = this.#rand.int(1000);
      if (chance < this.#options.kills) {
        this.#counts.kills++;
        await this.#scribe();
        this.#disturbing = this.#options.target.disturb(this.#rand);
        await this.#disturbing;
        this.#disturbing = undefined;
      } else if (chance < 200) await this.#compact();
    }
  }

  /** Never beyond what the truth holds. */
  async #compact(): Promise<void> {
    await this.#scribe();
    const upTo = this.#compacted + this.#rand.int(Math.max(1, this.#truth.newest - this.#compacted));
    try {
      await this.#server().compact(upTo);
      this.#compacted = Math.max(this.#compacted, upTo);
      this.#counts.compactions++;
    } catch (error) {
      this.#expect(error, ['Unavailable', 'Closed', 'Lost', 'UnknownOutcome']);
    }
  }

  /** Takes over what the store tells; again until it does. */
  async #scribe(): Promise<void> {
    for (;;) {
      try {
        return this.#truth.add(await this.#server().changes(this.#truth.newest));
      } catch (error) {
        if ((error as { code?: string }).code === undefined) throw error;
        this.#expect(error, ['Unavailable', 'Closed', 'Lost']);
        await this.#recover();
      }
    }
  }

  #judge(clients: readonly WatchClient[]): Verdict {
    this.#checkTruth();
    for (const key of keysOutOfOrder(this.#operations)) this.#problems.push(`the operations on ${key} are not linearizable`);
    for (const { selector, listed } of this.#lists) {
      const want = this.#truth.state(selector, listed.revision).map(({ key, revision, data }) => `${key}@${revision} ${data}`);
      const got = listed.items.map(({ key, revision, data }) => `${key}@${revision} ${data}`);
      if (want.join() !== got.join()) this.#problems.push(`a list at ${listed.revision} of ${JSON.stringify(selector)} is [${got.join()}], not [${want.join()}]`);
    }
    for (const { selector, sessions, problem } of clients) {
      const wrong = problem ?? problemOfWatch(this.#truth, selector, sessions, this.#truth.newest);
      if (wrong !== undefined) this.#problems.push(`a watch of ${JSON.stringify(selector)}: ${wrong}`);
    }
    const sessions = clients.flatMap((client) => client.sessions);
    const told = sessions.reduce((sum, session) => sum + session.told.length, 0);
    return {
      ...this.#counts,
      operations: this.#operations.length,
      changes: this.#truth.size,
      sessions: sessions.length,
      told,
      lists: this.#lists.length,
      problems: this.#problems,
    };
  }

  /** Each change follows from the one before of its key, and every acknowledged write is there. */
  #checkTruth(): void {
    const now = new Map<string, Content | undefined>();
    for (const { key, revision, before, after } of this.#truth.all()) {
      if (now.get(key)?.data !== before?.data) this.#problems.push(`${key} at ${revision} replaces ${before?.data}, but ${now.get(key)?.data} stood there`);
      now.set(key, after);
    }
    for (const { key, write, result } of this.#operations) {
      if (result.kind !== 'committed') continue;
      const change = this.#truth.at(result.revision);
      if (change?.key !== key || change.after?.data !== write?.value) this.#problems.push(`the acknowledged write of ${key} at ${result.revision} is not in the history`);
    }
  }
}
