import { describe, expect, it, jest } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { StorageError } from '../errors.ts';
import type { Storage } from '../interface.ts';
import type { CachedPage, CacheSpec } from './interface.ts';
import { MemoryStorage } from '../memory/memory-storage.ts';
import { breakable } from './breakable.ts';
import { newCacherSet } from './cacher-set.ts';
import { bytesOf, idOf, keyOf, newFixture, podSpec, projectionOf, type TestObject, TestWatch, textOf } from './testing.ts';

const web: TestObject = { namespace: 'default', name: 'web', labels: { app: 'web' }, node: 'n1' };

describe('records', () => {
  it('carry the resourceVersion where the registry said, and the item form', async () => {
    const { put, pods } = await newFixture();
    const record = await put(web);
    expect(pods.get(keyOf(web))).toBe(record);
    expect(textOf(record.bytes)).toContain(`"metadata":{"resourceVersion":"${record.revision}","name":"web"`);
    expect(`{${textOf(record.bytes.subarray(record.itemStart))}`).toMatch(/^\{"metadata":\{"resourceVersion"/);
    expect(record.hasSameContent(bytesOf(web))).toBe(true);
    expect(record.hasSameContent(bytesOf({ ...web, node: 'n2' }))).toBe(false);
  });

  it('give one frozen object, and the same content at another revision', async () => {
    const { put } = await newFixture();
    const record = await put(web);
    const object = record.object();
    expect(record.object()).toBe(object);
    expect(object.metadata.resourceVersion).toBe(String(record.revision));
    expect(Object.isFrozen(object.metadata.labels)).toBe(true);
    const later = record.at(1234567);
    expect(textOf(later.bytes)).toBe(textOf(record.bytes).replace(/"resourceVersion":"\d+"/, '"resourceVersion":"1234567"'));
    expect(later.object()).toEqual({ ...object, metadata: { ...object.metadata, resourceVersion: '1234567' } });
    expect(later.hasSameContent(bytesOf(web))).toBe(true);
  });

  it('drop parsed objects beyond the budget and parse them again', async () => {
    let parsed = 0;
    const spec: CacheSpec = { ...podSpec, parse: (bytes) => (parsed++, podSpec.parse(bytes)) };
    const { put } = await newFixture({ objectBytes: 2000 }, spec);
    const records = [];
    for (let i = 0; i < 10; i++) records.push(await put({ name: `p${i}` }));
    expect(records[0]?.object().metadata.name).toBe('p0');
    expect(parsed).toBe(1);
    expect(records[9]?.object().metadata.name).toBe('p9');
    expect(parsed).toBe(1);
  });

  it('keep parsed objects for a moment, and for long once they are asked for again', async () => {
    let parsed = 0;
    const spec: CacheSpec = { ...podSpec, parse: (bytes) => (parsed++, podSpec.parse(bytes)) };
    const { put, clock } = await newFixture({}, spec);
    const passTime = async (): Promise<void> => {
      for (const name of ['x', 'y', 'z']) {
        clock.step(100);
        await put({ name });
      }
    };
    const first = await put(web);
    first.object();
    expect(parsed).toBe(0);
    await passTime();
    first.object();
    expect(parsed).toBe(1);
    await passTime();
    const second = await put(web);
    await passTime();
    second.object();
    expect(parsed).toBe(1);
  });

  it('make a further form once, and again after a failure', async () => {
    const { put } = await newFixture();
    const record = await put(web);
    let made = 0;
    const form = { id: 'table', encode: async () => (made++, new Uint8Array([made])) };
    expect(await Promise.all([record.form(form), record.form(form)])).toEqual([new Uint8Array([1]), new Uint8Array([1])]);
    expect(record.form(form)).toEqual(new Uint8Array([1]));
    const failing = { id: 'failing', encode: () => Promise.reject(new Error(`no ${made++}`)) };
    await expect(record.form(failing)).rejects.toThrow('no 1');
    await expect(record.form(failing)).rejects.toThrow('no 2');
  });
});

describe('writes', () => {
  it('are not decoded again when their events come', async () => {
    let projected = 0;
    const spec: CacheSpec = { ...podSpec, project: (stored) => (projected++, podSpec.project(stored)) };
    const { put, pods, set, storage } = await newFixture({}, spec);
    for (let i = 0; i < 5; i++) await put({ name: `p${i}` });
    expect(projected).toBe(0);
    await storage.put('/registry/pods/other', bytesOf({ name: 'other' }), 0);
    await set.fresh();
    expect(projected).toBe(1);
    expect(pods.size).toBe(6);
  });

  it('say what stands there when they lose', async () => {
    const { put, pods } = await newFixture();
    const record = await put(web);
    const value = bytesOf(web);
    expect(await pods.put({ key: keyOf(web), value, projection: projectionOf(value), expected: 0 })).toEqual({
      committed: false,
      current: record,
    });
    expect(await pods.delete(keyOf(web), 1)).toEqual({ committed: false, current: record });
    expect(await pods.delete('/registry/pods/none', 1)).toEqual({ committed: false });
  });

  it('survive two writers of the same bytes', async () => {
    const { pods, set } = await newFixture();
    const value = bytesOf(web);
    const put = () => pods.put({ key: keyOf(web), value: value.slice(), projection: projectionOf(value), expected: 0 });
    const results = await Promise.all([put(), put(), put()]);
    const won = results.filter((result) => result.committed);
    expect(won).toHaveLength(1);
    await set.fresh();
    expect(pods.get(keyOf(web))?.object().metadata.resourceVersion).toBe(String(won[0]?.record.revision));
  });
});

describe('lists', () => {
  it('go by namespace, name, index and selector, in key order', async () => {
    const { put, pods } = await newFixture();
    for (const [i, namespace] of ['b', 'a', 'b', 'c', 'b'].entries())
      await put({ namespace, name: `p${i}`, node: `n${i % 2}`, labels: { odd: String(i % 2) } });
    const names = (match: Parameters<typeof pods.list>[0]['match']): string[] =>
      pods.list({ match }).items.map((record) => idOf(record).replace(/@.*/, ''));
    expect(names({})).toEqual(['a/p1', 'b/p0', 'b/p2', 'b/p4', 'c/p3']);
    expect(names({ namespace: 'b' })).toEqual(['b/p0', 'b/p2', 'b/p4']);
    expect(names({ namespace: 'b', name: 'p2' })).toEqual(['b/p2']);
    expect(names({ name: 'p3' })).toEqual(['c/p3']);
    expect(names({ index: { name: 'spec.nodeName', value: 'n1' } })).toEqual(['a/p1', 'c/p3']);
    expect(names({ namespace: 'a', index: { name: 'spec.nodeName', value: 'n1' } })).toEqual(['a/p1']);
    expect(names({ index: { name: 'spec.nodeName', value: 'none' } })).toEqual([]);
    expect(names({ test: (tested) => tested.labels['odd'] === '0' })).toEqual(['b/p0', 'b/p2', 'b/p4']);
    expect(() => pods.list({ match: { index: { name: 'nope', value: '' } } })).toThrow('no index nope');
  });

  it('follow an object that moves in an index', async () => {
    const { put, pods } = await newFixture();
    await put(web);
    await put({ ...web, node: 'n2' });
    const on = (value: string): number => pods.list({ match: { index: { name: 'spec.nodeName', value } } }).items.length;
    expect([on('n1'), on('n2')]).toEqual([0, 1]);
  });

  it('page at one revision while objects change, from memory', async () => {
    const { put, pods, delete: remove } = await newFixture();
    for (let i = 0; i < 5; i++) await put({ namespace: 'a', name: `p${i}` });
    const first = pods.list({ match: { namespace: 'a' }, limit: 2 });
    expect({ more: first.more, remaining: first.remaining }).toEqual({ more: true, remaining: 3 });
    await remove('/registry/pods/a/p3');
    await put({ namespace: 'a', name: 'p9' });
    await put({ namespace: 'a', name: 'p4', data: 'changed' });
    const rest = await pods.listAt(first.revision, { match: { namespace: 'a' }, after: first.items.at(-1)?.key ?? '' });
    expect(rest.items.map((record) => record.tested.name)).toEqual(['p2', 'p3', 'p4']);
    expect(rest.items.every((record) => record.revision <= first.revision)).toBe(true);
    expect({ more: rest.more, remaining: rest.remaining, revision: rest.revision }).toEqual({
      more: false,
      remaining: 0,
      revision: first.revision,
    });
    const selected = pods.list({ match: { test: () => true }, limit: 2 });
    expect({ more: selected.more, remaining: selected.remaining }).toEqual({ more: true, remaining: undefined });
  });

  it('keep a state until the last page of each list that began with it', async () => {
    const { put, pods, storage } = await newFixture({ window: { atLeast: 1, atMost: 1 } });
    for (let i = 0; i < 4; i++) await put({ name: `p${i}` });
    const list = jest.spyOn(storage, 'list');
    const [one, other] = [pods.list({ match: {}, limit: 2 }), pods.list({ match: {}, limit: 2 })];
    await put({ name: 'p0', data: 'changed' });
    await put({ name: 'p1', data: 'changed' });
    const rest = (page: CachedPage): CachedPage | Promise<CachedPage> => pods.listAt(page.revision, { match: {}, after: page.items.at(-1)?.key ?? '' });
    for (const page of [one, other]) expect((await rest(page)).items.map(idOf)).toEqual(['p2@4', 'p3@5']);
    expect(list).not.toHaveBeenCalled();
    expect((await rest(one)).items).toHaveLength(2);
    expect(list).toHaveBeenCalled();
  });

  it('go back in the window, and beyond it to the store', async () => {
    const { put, pods, storage } = await newFixture({ window: { atLeast: 2, atMost: 3 } });
    const want = new Map<number, string[]>();
    for (let i = 0; i < 12; i++) {
      const { revision } = await put({ name: `p${i % 4}`, data: String(i) });
      want.set(revision, pods.list({ match: {} }).items.map(idOf));
    }
    for (const [revision, ids] of want) expect((await pods.listAt(revision, { match: {} })).items.map(idOf)).toEqual(ids);
    const [oldest = 0] = want.keys();
    expect((await pods.listAt(oldest + 3, { match: {}, limit: 3 })).remaining).toBe(1);
    await storage.compact(pods.revision - 1);
    await expect(pods.listAt(oldest, { match: {} })).rejects.toMatchObject({ code: 'Compacted' });
    expect(() => pods.listAt(pods.revision + 1, { match: {} })).toThrow('has not happened');
  });
});

describe('consistent reads', () => {
  it('wait for what others wrote, though the resource is idle', async () => {
    const { set, storage, pods } = await newFixture();
    await storage.put('/registry/others/a', new Uint8Array(1), 0);
    const result = await storage.put('/registry/pods/b', bytesOf({ name: 'b' }), 0);
    await set.fresh();
    expect(pods.get('/registry/pods/b')?.revision).toBe('revision' in result && result.revision);
    await storage.put('/elsewhere', new Uint8Array(1), 0);
    expect(await set.fresh()).toBe(await storage.currentRevision());
  });

  it('give up with their signal', async () => {
    const { set, pods } = await newFixture();
    const abort = new AbortController();
    const waiting = set.waitFor(pods.revision + 5, abort);
    abort.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
  });
});

describe('resources', () => {
  it('may be registered at any time, and again after they were closed', async () => {
    const { set, storage, pods } = await newFixture();
    const spec: CacheSpec = { ...podSpec, storedAs: 'widgets', range: { prefix: '/registry/example.com/widgets/' } };
    await storage.put('/registry/example.com/widgets/a', bytesOf({ name: 'a' }), 0);
    const widgets = set.register(spec);
    expect(widgets.hasSynced).toBe(false);
    expect(() => widgets.list({ match: {} })).toThrow('still being listed');
    const writes = Array.from({ length: 50 }, (_, i) => storage.put(`/registry/example.com/widgets/b${i}`, bytesOf({ name: `b${i}` }), 0));
    await widgets.synced;
    await Promise.all(writes);
    await set.fresh();
    expect(widgets.size).toBe(51);
    expect(pods.size).toBe(0);
    expect(() => set.register({ ...spec, storedAs: 'other' })).toThrow('is that of widgets');
    widgets.close();
    expect(() => widgets.get('/registry/example.com/widgets/a')).toThrow(expect.objectContaining({ code: 'NotServed' }));
    const again = set.register(spec);
    await again.synced;
    expect(again.size).toBe(51);
  });

  it('are not listed as of what is compacted, whatever memory still holds; watches resume from there', async () => {
    const { put, pods, set } = await newFixture();
    const [one, two, three] = [await put({ name: 'a' }), await put({ name: 'b' }), await put({ name: 'c' })];
    set.forgetBefore(two.revision);
    await expect((async () => pods.listAt(one.revision, { match: {} }))()).rejects.toMatchObject({ code: 'Compacted', revisions: { asked: one.revision, bound: two.revision } });
    expect((await pods.listAt(two.revision, { match: {} })).items.map(idOf)).toEqual([`a@${one.revision}`, `b@${two.revision}`]);
    const watch = new TestWatch(pods, one.revision);
    expect(await watch.next()).toEqual([`ADDED b@${two.revision}`, `ADDED c@${three.revision}`]);
    set.forgetBefore(one.revision);
    await expect((async () => pods.listAt(one.revision, { match: {} }))()).rejects.toMatchObject({ code: 'Compacted' });
  });

  it('tell listeners each change with what was before', async () => {
    const { put, pods, delete: remove } = await newFixture();
    const seen: string[] = [];
    const stop = pods.onChange(({ key, record, previous }) => seen.push(`${key} ${previous?.revision ?? '-'} ${record?.revision ?? '-'}`));
    const { revision } = await put({ name: 'a' });
    await remove('/registry/pods/a');
    stop();
    await put({ name: 'b' });
    expect(seen).toEqual([`/registry/pods/a - ${revision}`, `/registry/pods/a ${revision} -`]);
  });

  it('derive records anew without events', async () => {
    let suffix = '';
    const spec: CacheSpec = {
      ...podSpec,
      project: (stored) => ({ ...projectionOf(stored.value), tested: { ...projectionOf(stored.value).tested, labels: { suffix } } }),
    };
    const { storage, pods, set } = await newFixture({}, spec);
    await storage.put('/registry/pods/a', bytesOf({ name: 'a' }), 0);
    await set.fresh();
    const before = pods.get('/registry/pods/a');
    suffix = 'new';
    await pods.refresh();
    expect(pods.get('/registry/pods/a')?.tested.labels).toEqual({ suffix: 'new' });
    expect(pods.get('/registry/pods/a')?.revision).toBe(before?.revision);
  });

  it('report a value that cannot be decoded by its key, serve the others, and let it be deleted', async () => {
    const { storage, pods, set, put } = await newFixture();
    const bad = await storage.put('/registry/pods/a/bad', new Uint8Array([1]), 0);
    await set.fresh();
    await put({ namespace: 'a', name: 'good' });
    await put({ namespace: 'b', name: 'good' });
    expect(() => pods.get('/registry/pods/a/bad')).toThrow(StorageError);
    expect(() => pods.list({ match: {} })).toThrow('/registry/pods/a/bad');
    expect(() => pods.list({ match: { namespace: 'a', test: () => false } })).toThrow('/registry/pods/a/bad');
    expect(pods.list({ match: { namespace: 'b' } }).items).toHaveLength(1);
    expect(pods.list({ match: { namespace: 'a', name: 'good' } }).items).toHaveLength(1);
    const [corrupt] = pods.corrupt();
    expect(corrupt).toMatchObject({ key: '/registry/pods/a/bad', revision: 'revision' in bad && bad.revision });
    await pods.delete('/registry/pods/a/bad', corrupt?.revision ?? 0);
    await set.fresh();
    expect(pods.list({ match: {} }).items).toHaveLength(2);
  });

  it('decode in order when decoding takes its time', async () => {
    const resolvers: (() => void)[] = [];
    const slow: CacheSpec = {
      ...podSpec,
      project: async (stored) => (await new Promise<void>((resolve) => resolvers.push(resolve)), projectionOf(stored.value)),
    };
    const { storage, pods, set } = await newFixture({}, slow);
    const writes = [1, 2, 3].map((i) => storage.put(`/registry/pods/p${i}`, bytesOf({ name: `p${i}` }), 0));
    await Promise.all(writes);
    const seen: string[] = [];
    pods.onChange(({ key }) => seen.push(key));
    const fresh = set.fresh();
    while (seen.length < 3) {
      resolvers.pop()?.();
      await Promise.resolve();
    }
    await fresh;
    expect(seen).toEqual(['/registry/pods/p1', '/registry/pods/p2', '/registry/pods/p3']);
  });
});

describe('the stream', () => {
  it('is taken up again where it broke off', async () => {
    const { storage, breakWatches } = breakable(new MemoryStorage({ clock: new FakeClock() }));
    const { pods, set, clock } = await newFixture({ storage });
    await storage.put('/registry/pods/a', bytesOf({ name: 'a' }), 0);
    await set.fresh();
    const watch = new TestWatch(pods, pods.revision);
    breakWatches(new StorageError('Unavailable', 'gone'));
    await storage.put('/registry/pods/b', bytesOf({ name: 'b' }), 0);
    await waitersOf(clock, 2);
    expect(set.lastError?.message).toBe('gone');
    clock.step(5000);
    await set.fresh();
    expect(pods.list({ match: {} }).items.map((record) => record.tested.name)).toEqual(['a', 'b']);
    expect(await watch.next()).toEqual(['ADDED b@3']);
    expect(set.lastError).toBeUndefined();
  });

  it('begins anew when what it missed is compacted: watches end, listeners hear the difference', async () => {
    const { storage, breakWatches } = breakable(new MemoryStorage({ clock: new FakeClock() }));
    const { pods, set, clock, put } = await newFixture({ storage });
    for (const name of ['gone', 'kept', 'changed']) await put({ name });
    const watch = new TestWatch(pods, pods.revision);
    const seen: string[] = [];
    pods.onChange(({ key, record, previous }) => seen.push(`${key.slice(15)} ${previous?.revision ?? '-'} ${record?.revision ?? '-'}`));
    breakWatches(new StorageError('Unavailable', 'gone'));
    await storage.delete('/registry/pods/gone', 2);
    await storage.put('/registry/pods/changed', bytesOf({ name: 'changed', data: 'x' }), 4);
    await storage.put('/registry/pods/new', bytesOf({ name: 'new' }), 0);
    await storage.compact(7);
    await waitersOf(clock, 2);
    clock.step(5000);
    await set.fresh();
    expect(pods.list({ match: {} }).items.map(idOf)).toEqual(['changed@6', 'kept@3', 'new@7']);
    expect(seen.sort()).toEqual(['changed 4 6', 'gone 2 -', 'new - 7']);
    await expect(watch.next()).rejects.toMatchObject({ code: 'Compacted' });
    await put({ name: 'later' });
    expect(pods.size).toBe(4);
  });

  it('is waited for when the store cannot be reached at first', async () => {
    const clock = new FakeClock();
    const { storage } = breakable(new MemoryStorage({ clock }));
    const { currentRevision } = storage;
    let fails = 3;
    const failing: Storage = {
      ...storage,
      currentRevision: () => (fails-- > 0 ? Promise.reject(new StorageError('Unavailable', 'down')) : currentRevision()),
    };
    const set = newCacherSet({ storage: failing, clock });
    const pods = set.register(podSpec);
    for (let i = 0; i < 3; i++) {
      await waitersOf(clock, 2);
      expect(set.lastError?.message).toBe('down');
      clock.step(1000);
    }
    await pods.synced;
    expect(set.lastError).toBeUndefined();
    await set.close();
    expect(() => pods.list({ match: {} })).toThrow('closed');
    await expect(set.waitFor(99)).rejects.toMatchObject({ code: 'Closed' });
  });
});

/** Lets promises run until so many timers wait. */
async function waitersOf(clock: FakeClock, n: number): Promise<void> {
  while (clock.waiters < n) await Promise.resolve();
}
