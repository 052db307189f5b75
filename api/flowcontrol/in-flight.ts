/**
 * Bounds how many requests are handled at once: those beyond wait in line, for a while and up to a number, then are refused. Between authentication and authorisation of the handler chain (api/server).
 * Behaves like upstream apiserver/pkg/server/filters/maxinflight.go, with the queue that priority and fairness would give.
 */
import { newTooManyRequests } from '../../apimachinery/errors.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Clock } from '../../component-base/clock.ts';

export interface InFlightOptions {
  /** 0: no limit. */
  readonly limit: number;
  readonly queueLimit: number;
  /** How long a request may wait. */
  readonly queueMs: number;
}

interface Waiting {
  start(): void;
}

export class InFlight {
  /** Never above `limit` unless it is 0. */
  #running = 0;
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>();
  readonly #options: InFlightOptions;
  readonly #clock: Clock;

  constructor(options: InFlightOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Runs `work` when there is room: at once, if so. Rejects with TooManyRequests when the line is full or the wait too long. */
  run<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    return this.runOn(undefined, work);
  }

  /** As `run`; `work` gets what it is about. */
  runOn<A, T>(about: A, work: (about: A) => MaybePromise<T>): MaybePromise<T> {
    if (this.#options.limit > 0 && this.#running >= this.#options.limit) return this.#wait().then(() => this.#inside(about, work));
    this.#running++;
    return this.#inside(about, work);
  }

  #inside<A, T>(about: A, work: (about: A) => MaybePromise<T>): MaybePromise<T> {
    let done: MaybePromise<T>;
    try {
      done = work(about);
    } catch (error) {
      this.#leave();
      throw error;
    }
    if (done instanceof Promise) return done.then(this.#left, this.#failed);
    this.#leave();
    return done;
  }

  readonly #left = <T>(value: T): T => {
    this.#leave();
    return value;
  };

  readonly #failed = (error: unknown): never => {
    this.#leave();
    throw error;
  };

  #wait(): Promise<void> {
    if (this.#waiting.size >= this.#options.queueLimit) return Promise.reject(tooMany());
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#options.queueMs, () => {
        this.#waiting.delete(entry);
        reject(tooMany());
      });
      const entry: Waiting = {
        start: () => {
          timer.stop();
          resolve();
        },
      };
      this.#waiting.add(entry);
    });
  }

  /** The place goes to the one who waited longest. */
  #leave(): void {
    if (this.#waiting.size === 0) {
      this.#running--;
      return;
    }
    for (const first of this.#waiting) {
      this.#waiting.delete(first);
      return first.start();
    }
  }
}

const tooMany = (): Error => newTooManyRequests('too many requests, please try again later.', 1);
