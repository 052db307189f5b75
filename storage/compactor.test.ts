import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../component-base/clock.ts';
import { type Log, silentLog } from '../component-base/log.ts';
import { startCompactor } from './compactor.ts';
import { StorageError } from './errors.ts';
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
    const stop = startCompactor({ storage, clock, log: silentLog, intervalMs: 1000 });
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
    stop();
    clock.step(5000);
    await settle();
    expect((await storage.get('/a', two))?.revision).toBe(two);
    expect(three).toBeGreaterThan(two);
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
    expect(errors).toEqual([down, down]);
    stop();
  });
});
