import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { compacted } from '../errors.ts';
import type { Storage } from '../interface.ts';
import { MemoryStorage } from '../memory/memory-storage.ts';
import { breakable } from './breakable.ts';
import { bytesOf, newFixture, TestWatch } from './testing.ts';

/** A store whose lists can be held up. */
function holding(real: Storage): { storage: Storage; hold(): Promise<() => void> } {
  let gate: { arrived(): void; readonly opened: Promise<void> } | undefined;
  const storage: Storage = {
    currentRevision: () => real.currentRevision(),
    get: (...args) => real.get(...args),
    async list(...args) {
      gate?.arrived();
      await gate?.opened;
      return real.list(...args);
    },
    put: (...args) => real.put(...args),
    delete: (...args) => real.delete(...args),
    watch: (...args) => real.watch(...args),
    compact: (upTo) => real.compact(upTo),
    backup: (...args) => real.backup(...args),
    close: () => real.close(),
  };
  return {
    storage,
    /** Resolves, once a list has come and waits, with the function that lets it go on. */
    hold: () =>
      new Promise((resolve) => {
        let open: () => void = () => undefined;
        const opened = new Promise<void>((done) => (open = done));
        gate = { arrived: () => resolve(open), opened };
      }),
  };
}

describe('a resource that is listed anew after a gap', () => {
  it('ends the watches that began meanwhile, for they were not told what lies in the gap', async () => {
    const { storage: real, breakWatches } = breakable(new MemoryStorage({ clock: new FakeClock() }));
    const { storage, hold } = holding(real);
    const { pods, put, set } = await newFixture({ storage });
    const first = await put({ name: 'a' });
    const held = hold();
    breakWatches(compacted(1, 2));
    await storage.put('/registry/pods/b', bytesOf({ name: 'b' }), 0);
    const release = await held;
    const watches = [new TestWatch(pods, 'state'), new TestWatch(pods, first.revision)];
    expect(await watches[0]?.next()).toEqual([`ADDED a@${first.revision}`]);
    const ends = watches.map((watch) => expect(watch.next()).rejects.toMatchObject({ code: 'Compacted' }));
    release();
    await Promise.all(ends);
    await set.waitFor(first.revision + 1);
    expect(pods.list({ match: {} }).items.map((item) => item.key)).toEqual(['/registry/pods/a', '/registry/pods/b']);
    await set.close();
  });
});
