/** A client that watches, breaks off at random, and resumes where it stood, as a reflector does. */
import type { Rand } from '../../../component-base/rand.ts';
import type { HistoryServer } from './server.ts';
import type { Selector, Session, Told } from './watch-model.ts';

export interface WatchClientOptions {
  readonly rand: Rand;
  /** Waits for a server that was killed. */
  recover(): Promise<void>;
}

/** How a watch may end: the server or its store went away, the client was too slow, or what it asked for has been forgotten. */
const ENDS: readonly (string | undefined)[] = [undefined, 'Unavailable', 'Closed', 'Lost', 'Compacted'];

export class WatchClient {
  readonly selector: Selector;
  readonly sessions: Session[] = [];
  /** How the client itself was let down. */
  problem: string | undefined;
  readonly #options: WatchClientOptions;
  readonly #server: () => HistoryServer;
  #position: number | 'state' = 'state';
  #until = Number.POSITIVE_INFINITY;
  #abort = new AbortController();

  constructor(selector: Selector, options: WatchClientOptions, server: () => HistoryServer) {
    this.selector = selector;
    this.#options = options;
    this.#server = server;
  }

  /** The watch ends once everything up to this revision has been told. */
  finish(revision: number): void {
    this.#until = revision;
    if (this.#isDone()) this.#abort.abort(new Error('done'));
  }

  async run(): Promise<void> {
    while (!this.#isDone() && this.problem === undefined) await this.#session();
  }

  #isDone(): boolean {
    return this.#position !== 'state' && this.#position >= this.#until;
  }

  async #session(): Promise<void> {
    const told: Told[] = [];
    const from = this.#position;
    this.sessions.push({ from, told });
    this.#abort = new AbortController();
    const patience = 1 + this.#options.rand.int(60);
    const onTold = (batch: readonly Told[]): void => {
      if (this.#abort.signal.aborted) return;
      told.push(...batch);
      this.#advance(batch);
      const isTired = told.length >= patience && this.#until === Number.POSITIVE_INFINITY;
      if (this.#isDone() || isTired) this.#abort.abort(new Error('enough'));
    };
    const end = await this.#watch(from, onTold);
    if (!ENDS.includes(end)) this.problem = `it ended with ${end}`;
    if (end === 'Compacted') this.#position = 'state';
    await this.#options.recover();
  }

  async #watch(from: number | 'state', onTold: (told: readonly Told[]) => void): Promise<string | undefined> {
    try {
      return await this.#server().watch({ selector: this.selector, from, signal: this.#abort.signal, onTold });
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }

  /** A state that has not been told to its end is asked for again. */
  #advance(batch: readonly Told[]): void {
    for (const one of batch) {
      if (this.#position === 'state' && !(one.type === 'BOOKMARK' && one.initialEventsEnd)) continue;
      this.#position = one.revision;
    }
  }
}
