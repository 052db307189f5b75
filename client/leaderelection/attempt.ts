/** Work that is given up after a time, whether or not what it waits for heeds its signal. */
import type { Clock } from '../../component-base/clock.ts';

/** Rejects after `ms`, or with the reason of `signal`. `work` may go on after that: its own signal tells it. */
export async function within<T>(clock: Clock, ms: number, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  const abort = (): void => own.abort(signal.reason);
  const timer = clock.after(ms, () => own.abort(new Error(`no answer within ${Math.round(ms)} ms`)));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await new Promise<T>((resolve, reject) => {
      own.signal.addEventListener('abort', () => reject(own.signal.reason as Error), { once: true });
      work(own.signal).then(resolve, reject);
    });
  } finally {
    timer.stop();
    signal.removeEventListener('abort', abort);
  }
}
