/** A store whose watches can be made to fail, for tests of the stream. */
import type { KeyRange, Revision, Storage, StorageWatch, WatchBatch } from '../interface.ts';

export interface Breakable {
  readonly storage: Storage;
  /** Ends the running watches with the error. */
  breakWatches(error: Error): void;
}

export function breakable(real: Storage): Breakable {
  const running = new Set<(error: Error) => void>();
  async function* breaking(watch: StorageWatch, leave: AbortController): AsyncGenerator<WatchBatch, void> {
    const batches = watch[Symbol.asyncIterator]();
    let fail: (error: Error) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => (fail = reject));
    running.add(fail);
    try {
      for (;;) {
        const { done, value } = await Promise.race([batches.next(), failure]);
        if (done) return;
        yield value;
      }
    } finally {
      running.delete(fail);
      leave.abort(new Error('left'));
    }
  }
  const watch = (range: KeyRange, from: Revision, signal: AbortSignal): StorageWatch => {
    const leave = new AbortController();
    const inner = real.watch(range, from, AbortSignal.any([signal, leave.signal]));
    return { requestProgress: () => inner.requestProgress(), [Symbol.asyncIterator]: () => breaking(inner, leave) };
  };
  const storage: Storage = {
    currentRevision: () => real.currentRevision(),
    get: (...args) => real.get(...args),
    list: (...args) => real.list(...args),
    put: (...args) => real.put(...args),
    delete: (...args) => real.delete(...args),
    watch,
    compact: (upTo) => real.compact(upTo),
    backup: (...args) => real.backup(...args),
    close: () => real.close(),
  };
  return { storage, breakWatches: (error) => running.forEach((fail) => fail(error)) };
}
