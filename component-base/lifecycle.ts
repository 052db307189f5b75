/** Starting parts in order and stopping them in reverse, once, whatever fails. */
import { setMaxListeners } from 'node:events';
import { describeError, type Log } from './log.ts';

export class Lifecycle {
  readonly #stops: { name: string; stop: () => Promise<void> | void }[] = [];
  readonly #abort = new AbortController();
  readonly #log: Log;
  #stopping: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
    setMaxListeners(0, this.#abort.signal);
  }

  /** Aborts as soon as `stop` is called, before any part is stopped. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Registers what must be undone. The last registered is stopped first. */
  onStop(name: string, stop: () => Promise<void> | void): void {
    this.#stops.push({ name, stop });
  }

  /** Starts a part; when it fails, everything started before is stopped and the failure is thrown. */
  async start<T>(name: string, start: () => Promise<T> | T, stop?: (part: T) => Promise<void> | void): Promise<T> {
    try {
      const part = await start();
      if (stop) this.onStop(name, () => stop(part));
      return part;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Idempotent. A part that fails to stop is logged and does not keep the others from stopping. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#abort.abort(new Error('stopping'));
    for (const { name, stop } of this.#stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        this.#log.warn(`stopping ${name} failed`, { err: describeError(error) });
      }
    }
  }
}
