import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../component-base/clock.ts';
import { type Log, silentLog } from '../component-base/log.ts';
import { COMPACT_REV_KEY, startCompactor } from './compactor.ts';
import { isStorageError, StorageError } from './errors.ts';
import { MemoryStorage } from './memory/memory-storage.ts';
import { putOrFail } from './testing/watching.ts';

/** Lets everything that waits for promises alone run. */
const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe('the compactor', () => {
  it('forgets what is older than an interval, until it is stopped', async () => {
    const clock = new FakeClock();
    const storage = new MemoryStorage({ clock });
    const told: number[] = [];
    const stop = startCompactor({ storage, clock, log: silentLog, intervalMs: 1000, onCompacted: (upTo) => told.push(upTo) });
    const one = await putOrFail(storage, '/a', '1');
    const two = await putOrFail(storage, '/a', '2', one);
    clock.step(1000);
    await settle();
    expect((await storage.get('/a', one))?.revision).toBe(one);
    const three = await putOrFail(storage, '/a', '3', two);
    clock.step(1000);
    await settle();
    await expect(storage.get('/a', one)).rejects.toMatchObject({ code: 'Compacted' });
    expect((await storage.get('/a', two))?.revision).toBe(two);
    expect(new Set(told)).toEqual(new Set([two]));
    stop();
    clock.step(5000);
    await settle();
    expect((await storage.get('/a', two))?.revision).toBe(two);
    expect(three).toBeGreaterThan(two);
  });

  it('keeps an interval of history, and not two', async () => {
    const clock = new FakeClock();
    const storage = new MemoryStorage({ clock });
    const stop = startCompactor({ storage, clock, log: silentLog, intervalMs: 1000 });
    const written: number[] = [];
    for (let i = 0; i < 20; i++) {
      written.push(await putOrFail(storage, `/${i}`, '1'));
      clock.step(100);
      await settle();
    }
    const isKept = async (revision: number): Promise<boolean> => {
      try {
        await storage.list({ prefix: '/' }, { at: revision });
        return true;
      } catch (error) {
        if (isStorageError(error, 'Compacted')) return false;
        throw error;
      }
    };
    // The clock stands at 2000: what was written up to 1000 is forgotten, in steps of 50.
    const kept = await Promise.all(written.map(isKept));
    expect(kept.indexOf(true)).toBeGreaterThanOrEqual(7);
    expect(kept.slice(10)).not.toContain(false);
    stop();
  });

  it('takes turns with others on a shared store: one compacts in an interval, and another when that one is gone', async () => {
    const clock = new FakeClock();
    const storage = new MemoryStorage({ clock });
    const compacted: number[] = [];
    const compact = storage.compact.bind(storage);
    storage.compact = (upTo) => (compacted.push(upTo), compact(upTo));
    const told: number[] = [];
    const start = (onCompacted?: (upTo: number) => void) => startCompactor({ storage, clock, log: silentLog, intervalMs: 1000, isShared: true, ...(onCompacted && { onCompacted }) });
    const [stopFirst, stopSecond] = [start(), start((upTo) => told.push(upTo))];
    const pass = async (): Promise<number> => {
      clock.step(1000);
      await settle();
      return storage.currentRevision();
    };
    const first = await pass();
    await putOrFail(storage, '/a', '1');
    await pass();
    expect(compacted).toEqual([first]);
    stopFirst();
    await pass();
    const before = compacted.length;
    await pass();
    expect(compacted).toHaveLength(before + 1);
    expect(told).toEqual(compacted);
    expect(new TextDecoder().decode((await storage.get(COMPACT_REV_KEY))?.value)).toBe(String(compacted.at(-1)));
    stopSecond();
  });

  it("leaves a shared store alone while another's record moves", async () => {
    const clock = new FakeClock();
    const storage = new MemoryStorage({ clock });
    const told: number[] = [];
    const stop = startCompactor({ storage, clock, log: silentLog, intervalMs: 1000, isShared: true, onCompacted: (upTo) => told.push(upTo) });
    const old = await putOrFail(storage, '/a', '1');
    let record = 0;
    for (const value of ['1', '2', '3']) {
      record = await putOrFail(storage, COMPACT_REV_KEY, value, record);
      clock.step(1000);
      await settle();
    }
    expect(told).toEqual([1, 2, 3]);
    expect((await storage.get('/a', old))?.revision).toBe(old);
    stop();
  });

  it('logs a failure and goes on', async () => {
    const clock = new FakeClock();
    const storage = new MemoryStorage({ clock });
    const errors: unknown[] = [];
    const log: Log = { ...silentLog, error: (_message, error) => errors.push(error) };
    const down = new StorageError('Unavailable', 'down');
    storage.currentRevision = () => Promise.reject(down);
    const stop = startCompactor({ storage, clock, log, intervalMs: 1000 });
    clock.step(2000);
    await settle();
    expect(errors).toEqual(Array.from({ length: 40 }, () => down));
    stop();
  });
});
