import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import type { Storage, StorageWatch, WatchBatch } from '../interface.ts';
import { MemoryStorage } from '../memory/memory-storage.ts';
import { newCacherSet } from './cacher-set.ts';
import { Passing } from './passing.ts';
import { bytesOf, keyOf, podSpec, projectionOf } from './testing.ts';

/** A store whose events come when they are let through, as those of another process do. */
function holding(real: Storage): { storage: Storage; release(): void } {
  let release: () => void = () => undefined;
  let gate = Promise.resolve();
  const held = (watch: StorageWatch): StorageWatch => ({
    requestProgress: () => watch.requestProgress(),
    async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch, void> {
      for await (const batch of watch) {
        await gate;
        gate = new Promise((resolve) => (release = resolve));
        yield batch;
      }
    },
  });
  const storage: Storage = {
    currentRevision: () => real.currentRevision(),
    get: (...args) => real.get(...args),
    list: (...args) => real.list(...args),
    put: (...args) => real.put(...args),
    delete: (...args) => real.delete(...args),
    watch: (...args) => held(real.watch(...args)),
    compact: (upTo) => real.compact(upTo),
    backup: (...args) => real.backup(...args),
    close: () => real.close(),
  };
  return { storage, release: () => release() };
}

describe('a write', () => {
  it('is answered when its event has come, be it that the store answered before', async () => {
    const clock = new FakeClock();
    const { storage, release } = holding(new MemoryStorage({ clock }));
    const set = newCacherSet({ storage, clock });
    const pods = set.register(podSpec);
    await pods.synced;
    const write = (name: string): ReturnType<typeof pods.put> => {
      const value = bytesOf({ name });
      return pods.put({ key: keyOf({ name }), value, expected: 0, projection: projectionOf(value) });
    };
    await write('first');
    let answered = false;
    const second = write('second').then(() => (answered = true));
    for (let i = 0; i < 100; i++) await Promise.resolve();
    expect({ answered, size: pods.size }).toEqual({ answered: false, size: 1 });
    release();
    await second;
    expect(pods.size).toBe(2);
    await set.close();
  });
});

describe('Passing', () => {
  it('lets nobody wait without a stream, nor for what has passed', () => {
    const passing = new Passing();
    expect(passing.until(2, 1)).toBeUndefined();
    passing.begin();
    expect(passing.until(2, 2)).toBeUndefined();
  });

  it('lets go who waits up to a revision, and all when the stream ends', async () => {
    const passing = new Passing();
    passing.begin();
    const done: number[] = [];
    for (const revision of [2, 3, 4]) void passing.until(revision, 1)?.then(() => done.push(revision));
    passing.reached(3);
    await Promise.resolve();
    expect(done).toEqual([2, 3]);
    passing.end();
    await Promise.resolve();
    expect(done).toEqual([2, 3, 4]);
    expect(passing.until(9, 1)).toBeUndefined();
  });
});
