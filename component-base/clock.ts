/**
 * Time as a dependency. Every component takes a Clock; only this file touches the machine's timers.
 * Behaves like upstream k8s.io/utils/clock.
 */

export interface Timer {
  /** Stops the timer; a timer that already fired is left alone. */
  stop(): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that never goes back; for measuring durations. */
  monotonic(): number;
  /** Runs `fn` once, `ms` milliseconds from now (0: in a later turn). The timer never keeps the process alive. */
  after(ms: number, fn: () => void): Timer;
  /** Runs `fn` every `ms` milliseconds until stopped. */
  every(ms: number, fn: () => void): Timer;
  /** Resolves after `ms`; rejects with the signal's reason when aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

let lastSecond = Number.NaN;
let lastText = '';

/** RFC 3339 with seconds, as metav1.Time is written. Asked for the same second again and again. */
export function rfc3339(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastText = `${new Date(ms).toISOString().slice(0, 19)}Z`;
    lastSecond = second;
  }
  return lastText;
}

/** RFC 3339 with microseconds, as metav1.MicroTime is written. */
export function rfc3339Micro(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

function sleepOn(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      timer.stop();
      reject(signal?.reason as Error);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const handle = setTimeout(fn, Math.min(ms, 0x7fffffff));
    handle.unref?.();
    return { stop: () => clearTimeout(handle) };
  },
  every(ms, fn) {
    const handle = setInterval(fn, ms);
    handle.unref?.();
    return { stop: () => clearInterval(handle) };
  },
  sleep: (ms, signal) => sleepOn(realClock, ms, signal),
};

interface Pending {
  at: number;
  fn: () => void;
  every?: number;
}

/** A clock that stands still until a test steps it. Timers fire in order of their time, inside `step`. */
export class FakeClock implements Clock {
  #now: number;
  readonly #start: number;
  readonly #pending = new Set<Pending>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
    this.#start = start;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  after(ms: number, fn: () => void): Timer {
    return this.#add({ at: this.#now + ms, fn });
  }

  every(ms: number, fn: () => void): Timer {
    return this.#add({ at: this.#now + ms, fn, every: ms });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  /** How many timers wait: a test can tell that a component armed one. */
  get waiters(): number {
    return this.#pending.size;
  }

  /** Moves time forward by `ms`, firing every timer that falls due on the way. */
  step(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.#now = Math.max(this.#now, due.at);
      if (due.every === undefined) this.#pending.delete(due);
      else due.at += due.every;
      due.fn();
    }
    this.#now = end;
  }

  #add(pending: Pending): Timer {
    this.#pending.add(pending);
    return { stop: () => void this.#pending.delete(pending) };
  }

  #next(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const p of this.#pending) if (p.at <= end && (!first || p.at < first.at)) first = p;
    return first;
  }
}

/** Keeps the process running although no timer of a Clock does, until stopped: for a program's main function. */
export function keepProcessAlive(): Timer {
  const handle = setInterval(() => undefined, 0x7fffffff);
  return { stop: () => clearInterval(handle) };
}
