/** Contract: watches. */
import { expect } from '@jest/globals';
import { seededRand } from '../../component-base/rand.ts';
import type { Storage } from '../interface.ts';
import type { ContractTests } from './contract-context.ts';
import { deleteOrFail, linesOf, putOrFail, Replica, utf8, WatchReader } from './watching.ts';

/** Concurrent random writes over few keys, so that many lose; returns the newest revision. */
async function writeAtRandom(storage: Storage, seed: number, writes: number): Promise<number> {
  const rand = seededRand(seed);
  const pending: Promise<unknown>[] = [];
  for (let i = 0; i < writes; i++) {
    const key = `/k/${rand.int(12)}`;
    const expected = rand.int(3) === 0 ? 0 : ((await storage.get(key))?.revision ?? 0);
    pending.push(rand.int(4) === 0 ? storage.delete(key, expected) : storage.put(key, utf8(`${seed}-${i}`), expected));
  }
  await Promise.all(pending);
  return storage.currentRevision();
}

export const watchTests: ContractTests = {
  'tells the past first, then what happens': async ({ open }) => {
    const storage = await open();
    const one = await putOrFail(storage, '/a', '1');
    const two = await putOrFail(storage, '/a', '2', one);
    const reader = new WatchReader(storage, one);
    await reader.count(1);
    await deleteOrFail(storage, '/a', two);
    await putOrFail(storage, '/a', '3');
    await reader.count(3);
    expect(reader.lines).toEqual(['PUT /a=2 (was 1)', 'DELETE /a (was 2)', 'PUT /a=3']);
    await reader.stop();
  },

  'carries the revision of the write and of what it replaced': async ({ open }) => {
    const storage = await open();
    const one = await putOrFail(storage, '/a', '1');
    const two = await putOrFail(storage, '/a', '2', one);
    const three = await deleteOrFail(storage, '/a', two);
    const reader = await new WatchReader(storage, 1).count(3);
    expect(reader.events.map((event) => [event.revision, event.previous?.revision])).toEqual([
      [one, undefined],
      [two, one],
      [three, two],
    ]);
    expect(reader.events.at(-1)?.previous).toEqual({ key: '/a', value: utf8('2'), revision: two });
    await reader.stop();
  },

  'tells only its range': async ({ open }) => {
    const storage = await open();
    const reader = new WatchReader(storage, 1, { prefix: '/a/' });
    for (const key of ['/a', '/a/x', '/b/x', '/a0', '/a/y']) await putOrFail(storage, key, '1');
    await reader.count(2);
    expect(reader.events.map((event) => event.key)).toEqual(['/a/x', '/a/y']);
    await reader.stop();
  },

  'starts after the newest revision and misses nothing': async ({ open }) => {
    const storage = await open();
    const from = await putOrFail(storage, '/a', '1');
    const readers = Array.from({ length: 3 }, () => new WatchReader(storage, from));
    const reading = readers.map((reader) => reader.count(1));
    await putOrFail(storage, '/b', '1');
    for (const reader of await Promise.all(reading)) expect(reader.lines).toEqual(['PUT /b=1']);
    for (const reader of readers) await reader.stop();
  },

  'answers a request for progress, though its range is idle': async ({ open }) => {
    const storage = await open();
    const reader = new WatchReader(storage, 1, { prefix: '/idle/' });
    const newest = await putOrFail(storage, '/busy/1', '1');
    reader.requestProgress();
    await reader.until(() => reader.upTo >= newest);
    const newer = await putOrFail(storage, '/busy/2', '1');
    const next = reader.until(() => reader.upTo >= newer);
    reader.requestProgress();
    await next;
    expect(reader.events).toEqual([]);
    await reader.stop();
  },

  'ends without an error when its signal aborts or the store closes': async ({ open }) => {
    const storage = await open();
    const stopped = new WatchReader(storage, 1);
    const left = new WatchReader(storage, 1);
    const reads = Promise.all([stopped.next(), left.next()]);
    await stopped.stop();
    await storage.close();
    expect(await reads).toEqual([false, false]);
    expect(await new WatchReader(storage, 1).next()).toBe(false);
  },

  'tells a history of random writes whole, in order, once, from every point': async ({ open }) => {
    const storage = await open();
    const live = new WatchReader(storage, 1);
    const middle = await writeAtRandom(storage, 1, 150);
    const atMiddle = new Replica((await storage.list({ prefix: '/' }, { at: middle })).items);
    const newest = await writeAtRandom(storage, 2, 150);
    const want = linesOf((await storage.list({ prefix: '/' })).items);
    for (const [reader, replica] of [
      [live, new Replica([])],
      [new WatchReader(storage, middle), atMiddle],
    ] as const) {
      reader.requestProgress();
      await reader.until(() => reader.upTo >= newest);
      for (const event of reader.events) replica.apply(event);
      expect(replica.lines).toEqual(want);
      await reader.stop();
    }
  },

  'keeps a running watch whole over compactions, unless it is left behind': async ({ open }) => {
    const storage = await open();
    const live = new WatchReader(storage, 1);
    const replica = new Replica([]);
    for (let round = 0; round < 5; round++) {
      const newest = await writeAtRandom(storage, round, 60);
      live.requestProgress();
      await live.until(() => live.upTo >= newest);
      await storage.compact(newest);
    }
    for (const event of live.events) replica.apply(event);
    expect(replica.lines).toEqual(linesOf((await storage.list({ prefix: '/' })).items));
    await live.stop();
  },
};
