import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { describeError, silentLog } from '../../component-base/log.ts';
import type { Storage, StorageWatch, WatchBatch } from '../interface.ts';
import { MemoryStorage } from '../memory/memory-storage.ts';
import { SortedMap } from '../sorted-map.ts';
import { compareWithStore, describeInconsistency } from './consistency.ts';
import { bytesOf, newFixture, podSpec, TestWatch } from './testing.ts';

/** A store whose watches keep the key `/registry/pods/lost` to themselves. */
function forgetful(real: Storage): Storage {
  const forget = (watch: StorageWatch): StorageWatch => ({
    requestProgress: () => watch.requestProgress(),
    async *[Symbol.asyncIterator](): AsyncGenerator<WatchBatch, void> {
      for await (const { events, upTo } of watch) yield { events: events.filter(({ key }) => !key.endsWith('/lost')), upTo };
    },
  });
  return {
    currentRevision: () => real.currentRevision(),
    get: (...args) => real.get(...args),
    list: (...args) => real.list(...args),
    put: (...args) => real.put(...args),
    delete: (...args) => real.delete(...args),
    watch: (...args) => forget(real.watch(...args)),
    compact: (upTo) => real.compact(upTo),
    backup: (...args) => real.backup(...args),
    close: () => real.close(),
  };
}

describe('the comparison of caches with the store', () => {
  it('finds nothing while the cache is right, at whatever revision it stands', async () => {
    const { set, put, storage } = await newFixture();
    for (let i = 0; i < 1200; i++) await put({ name: `p${i}` });
    const checking = set.check();
    await storage.put('/registry/pods/later', bytesOf({ name: 'later' }), 0);
    expect(await checking).toEqual([]);
    await set.close();
  });

  it('names the keys that differ, says so in the log, and lists the resource anew', async () => {
    const clock = new FakeClock();
    const errors: string[] = [];
    const log = { ...silentLog, error: (message: string, error: unknown) => void errors.push(`${message}: ${describeError(error)}`), with: () => log };
    const storage = forgetful(new MemoryStorage({ clock }));
    const { pods, put, set } = await newFixture({ storage, clock, log, checkMs: 60_000, panics: false });
    await put({ name: 'a' });
    await storage.put('/registry/pods/lost', bytesOf({ name: 'lost' }), 0);
    await put({ name: 'b' });
    const [found] = await set.check();
    expect(found && describeInconsistency(found)).toMatch(/^the cache of pods differs from the store at revision 4: .*: \/registry\/pods\/lost \(cache nothing, store 3\)$/);
    const watch = new TestWatch(pods, 4);
    const ended = expect(watch.next()).rejects.toMatchObject({ code: 'Compacted' });
    clock.step(60_000);
    await ended;
    expect(errors).toContainEqual(expect.stringContaining('/registry/pods/lost (cache nothing, store 3)'));
    expect(pods.list({ match: {} }).items.map((item) => item.key)).toEqual(['/registry/pods/a', '/registry/pods/b', '/registry/pods/lost']);
    expect(await set.check()).toEqual([]);
    await set.close();
  });

  it('tells what either side lacks, and what stands at another revision', async () => {
    const storage = new MemoryStorage({ clock: new FakeClock() });
    for (const name of ['b', 'c', 'e']) await storage.put(`/registry/pods/${name}`, bytesOf({ name }), 0);
    const state = new SortedMap<{ key: string; revision: number }>();
    for (const [name, revision] of [['a', 2], ['c', 2], ['d', 9], ['e', 4], ['f', 3]] as const) state.set(`/registry/pods/${name}`, { key: `/registry/pods/${name}`, revision });
    const found = await compareWithStore(storage, podSpec, state, 4);
    expect(found?.differences).toEqual([
      { key: '/registry/pods/a', cached: 2 },
      { key: '/registry/pods/b', stored: 2 },
      { key: '/registry/pods/c', cached: 2, stored: 3 },
      { key: '/registry/pods/d', cached: 9 },
      { key: '/registry/pods/f', cached: 3 },
    ]);
  });
});
