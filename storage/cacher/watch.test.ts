import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../../component-base/rand.ts';
import type { ChangeEvent, Form, Match } from './interface.ts';
import { bytesOf, newFixture, type TestObject, TestWatch, textOf } from './testing.ts';

const web: TestObject = { namespace: 'default', name: 'web', labels: { app: 'web' }, node: 'n1' };
const app = (value: string): Match => ({ test: (tested) => tested.labels['app'] === value });

describe('cache watches', () => {
  it('tell changes after a revision of the window, whole and once', async () => {
    const { put, pods, delete: remove } = await newFixture();
    const one = await put(web);
    const two = await put({ ...web, data: 'x' });
    const watch = new TestWatch(pods, one.revision);
    expect(await watch.next()).toEqual([`MODIFIED default/web@${two.revision}`]);
    const three = await remove('/registry/pods/default/web');
    await put(web);
    expect(await watch.next()).toEqual([`DELETED default/web@${three}`, `ADDED default/web@${three + 1}`]);
    const deleted = watch.events[1] as ChangeEvent;
    expect(textOf(deleted.record.bytes)).toContain(`"resourceVersion":"${three}"`);
    expect(textOf(deleted.record.bytes)).toContain('"data":"x"');
  });

  it('turn leaving a selector into DELETED with the content before, and entering into ADDED', async () => {
    const { put, pods } = await newFixture();
    await put({ ...web, data: 'first' });
    const watch = new TestWatch(pods, pods.revision, app('web'));
    const left = await put({ ...web, labels: { app: 'other' }, data: 'second' });
    await put({ ...web, labels: { app: 'other' }, data: 'third' });
    const back = await put(web);
    expect(await watch.next()).toEqual([`DELETED default/web@${left.revision}`, `ADDED default/web@${back.revision}`]);
    const bytes = textOf((watch.events[0] as ChangeEvent).record.bytes);
    expect(bytes).toContain('"data":"first"');
    expect(bytes).toContain(`"resourceVersion":"${left.revision}"`);
  });

  it('are found by namespace, name and index, before and after', async () => {
    const { put, pods } = await newFixture();
    const matches: Record<string, Match> = {
      all: {},
      ns: { namespace: 'default' },
      key: { namespace: 'default', name: 'web' },
      name: { name: 'web' },
      n1: { index: { name: 'spec.nodeName', value: 'n1' } },
      n2: { index: { name: 'spec.nodeName', value: 'n2' } },
      other: { namespace: 'other' },
    };
    const watches = Object.entries(matches).map(
      ([name, match]) => [name, new TestWatch(pods, pods.revision, match, { bookmarks: true })] as const,
    );
    await put(web);
    await put({ ...web, node: 'n2' });
    await put({ namespace: 'other', name: 'web', node: 'n1' });
    for (const [, watch] of watches) watch.requestBookmark();
    const seen: Record<string, string> = {};
    for (const [name, watch] of watches) seen[name] = ((await watch.next()) ?? []).map((line) => line.split(' ')[0]?.[0] ?? '').join('');
    expect(seen).toEqual({ all: 'AMAB', ns: 'AMB', key: 'AMB', name: 'AMAB', n1: 'ADAB', n2: 'AB', other: 'AB' });
  });

  it('begin with the state, standing still, and mark its end', async () => {
    const { put, pods } = await newFixture({ watcher: { stateBatch: { events: 2, bytes: 1 << 20 } } });
    for (const name of ['c', 'a', 'b']) await put({ name });
    const start = pods.revision;
    const watch = new TestWatch(pods, 'state', {}, { initialEventsEnd: true });
    await put({ name: 'aa' });
    expect(await watch.next()).toEqual(['ADDED a@3', 'ADDED b@4']);
    await put({ name: 'c', data: 'new' });
    expect(await watch.next()).toEqual(['ADDED c@2']);
    expect(await watch.next()).toEqual([`BOOKMARK ${start} initial-events-end`]);
    expect(await watch.next()).toEqual([`ADDED aa@${start + 1}`, `MODIFIED c@${start + 2}`]);
  });

  it('send bookmarks to all of hundreds of watchers', async () => {
    const { pods, put, clock } = await newFixture();
    await put({ name: 'a' });
    const watches = Array.from({ length: 180 }, () => new TestWatch(pods, pods.revision, app('web'), { bookmarks: true }));
    clock.step(60_000);
    const lines = await Promise.all(watches.map((watch) => watch.next()));
    expect(lines).toEqual(watches.map(() => [`BOOKMARK ${pods.revision}`]));
  });

  it('send bookmarks that are never ahead, by the clock and on request', async () => {
    const { put, pods, clock, storage, set } = await newFixture();
    const watch = new TestWatch(pods, pods.revision, app('web'), { bookmarks: true });
    const quiet = new TestWatch(pods, pods.revision, app('web'));
    const record = await put(web);
    clock.step(60_000);
    expect(await watch.next()).toEqual([`ADDED default/web@${record.revision}`, `BOOKMARK ${record.revision}`]);
    await storage.put('/registry/else', new Uint8Array(1), 0);
    const revision = await set.fresh();
    watch.requestBookmark();
    expect(await watch.next()).toEqual([`BOOKMARK ${revision}`]);
    expect(await quiet.next()).toEqual([`ADDED default/web@${record.revision}`]);
  });

  it('encode a frame once for all that see the event alike', async () => {
    const { put, pods } = await newFixture();
    let made = 0;
    const form: Form<ChangeEvent> = { id: 'json', encode: (event) => (made++, new TextEncoder().encode(event.type)) };
    const watches = Array.from({ length: 5 }, () => new TestWatch(pods, pods.revision, app('web')));
    const all = new TestWatch(pods, pods.revision);
    await put(web);
    await put({ ...web, labels: {} });
    const frames = [];
    for (const watch of [...watches, all]) {
      await watch.count(2);
      frames.push(watch.events.map((event) => (event.type === 'BOOKMARK' ? undefined : event.frame(form))));
    }
    expect(made).toBe(3);
    expect(frames[0]?.[1]).toBe(frames[4]?.[1]);
    expect(frames[5]?.map((frame) => frame instanceof Uint8Array && textOf(frame))).toEqual(['ADDED', 'MODIFIED']);
  });

  it('resume at any revision that the store still knows', async () => {
    const { put, pods, storage, delete: remove } = await newFixture({ window: { atLeast: 2, atMost: 3 } });
    const one = await put(web);
    for (let i = 0; i < 10; i++) await put({ ...web, data: String(i), labels: { app: i % 2 ? 'web' : 'other' } });
    await remove('/registry/pods/default/web');
    const watch = new TestWatch(pods, one.revision, app('web'));
    await put(web);
    await watch.count(12);
    expect(watch.lines.map((line) => line[0]).join('')).toBe('DADADADADADA');
    expect(watch.events.map((event) => event.revision)).toEqual(Array.from({ length: 12 }, (_, i) => one.revision + 1 + i));
    await storage.compact(one.revision + 5);
    await expect(new TestWatch(pods, one.revision).next()).rejects.toMatchObject({ code: 'Compacted' });
  });

  it('resume over a restart of the cache', async () => {
    const { put, storage } = await newFixture();
    const one = await put(web);
    const two = await put({ ...web, data: 'x' });
    const { pods } = await newFixture({ storage });
    const watch = new TestWatch(pods, one.revision);
    expect(await watch.next()).toEqual([`MODIFIED default/web@${two.revision}`]);
  });

  it('may start before the resource is listed, and in the future', async () => {
    const { set, storage, pods, put } = await newFixture();
    const future = new TestWatch(pods, pods.revision + 2);
    await put(web);
    await put({ ...web, data: '1' });
    const third = await put({ ...web, data: '2' });
    expect(await future.next()).toEqual([`MODIFIED default/web@${third.revision}`]);
    await storage.put('/registry/widgets/a', bytesOf({ name: 'a' }), 0);
    const { spec } = pods;
    const widgets = set.register({ ...spec, storedAs: 'widgets', range: { prefix: '/registry/widgets/' } });
    const early = new TestWatch(widgets, 'state');
    expect(await early.next()).toEqual([`ADDED a@${third.revision + 1}`]);
  });

  it('end quietly by abort and close, without what was pending', async () => {
    const { put, pods } = await newFixture();
    const newWatch = (): TestWatch => new TestWatch(pods, pods.revision);
    const [waiting, over, closing] = [newWatch(), newWatch(), newWatch()];
    const read = waiting.next();
    waiting.abort.abort();
    expect(await read).toBeUndefined();
    over.abort.abort();
    expect(await over.next()).toBeUndefined();
    await put(web);
    expect(await closing.next()).toHaveLength(1);
    const unread = newWatch();
    const neverRead = new AbortController();
    pods.watch({ match: {}, from: pods.revision, signal: neverRead.signal });
    neverRead.abort();
    pods.close();
    expect(await closing.next()).toBeUndefined();
    expect(await unread.next()).toBeUndefined();
    expect(await newWatch().next()).toBeUndefined();
  });

  it('end when the resource is closed before it is listed', async () => {
    const { set, pods } = await newFixture();
    const widgets = set.register({ ...pods.spec, storedAs: 'widgets', range: { prefix: '/registry/widgets/' } });
    const next = new TestWatch(widgets, 'state').next();
    widgets.close();
    expect(await next).toBeUndefined();
  });

  it('are closed when the reader is too slow', async () => {
    const { put, pods } = await newFixture({ watcher: { pendingEvents: 5 } });
    const slow = new TestWatch(pods, pods.revision);
    await put(web);
    await slow.next();
    for (let i = 0; i < 6; i++) await put({ ...web, data: String(i) });
    expect(await slow.next()).toBeUndefined();
    const past = new TestWatch(pods, 1);
    await put(web);
    expect(await past.count(8)).toHaveLength(8);
  });

  it('end with the error of a value that cannot be decoded, unless it cannot concern them', async () => {
    const { put, pods, storage } = await newFixture();
    const watch = new TestWatch(pods, pods.revision, { namespace: 'a', test: () => true });
    const other = new TestWatch(pods, pods.revision, { namespace: 'b' });
    await storage.put('/registry/pods/a/bad', new Uint8Array([1]), 0);
    await expect(watch.next()).rejects.toMatchObject({ code: 'Corrupt', key: '/registry/pods/a/bad' });
    await put({ namespace: 'b', name: 'good' });
    expect(await other.next()).toEqual(['ADDED b/good@3']);
  });

  it('tell random changes so that a replica with any selector ends as the list', async () => {
    const { put, pods, delete: remove, set } = await newFixture({ window: { atLeast: 5, atMost: 10 } });
    const rand = seededRand(3);
    const match: Match = { namespace: 'a', test: (tested) => tested.labels['app'] !== '0' };
    const replica = new Map<string, number>();
    const apply = (watch: TestWatch): void => {
      for (const event of watch.events.splice(0)) {
        if (event.type === 'BOOKMARK') continue;
        expect(replica.has(event.record.key)).toBe(event.type !== 'ADDED');
        if (event.type === 'DELETED') replica.delete(event.record.key);
        else replica.set(event.record.key, event.revision);
      }
    };
    let from = pods.revision;
    for (let round = 0; round < 20; round++) {
      const watch = new TestWatch(pods, from, match);
      for (let i = 0; i < 1 + rand.int(20); i++) {
        const object = { namespace: 'ab'[rand.int(2)] ?? 'a', name: `p${rand.int(6)}`, labels: { app: String(rand.int(3)) } };
        const key = `/registry/pods/${object.namespace}/${object.name}`;
        if (rand.int(4) === 0 && pods.get(key)) await remove(key);
        else await put(object);
        if (i === 7) from = pods.revision - rand.int(5);
      }
      await set.fresh();
      from = pods.revision;
      watch.requestBookmark();
      while (watch.events.at(-1)?.type !== 'BOOKMARK') await watch.next();
      apply(watch);
      watch.abort.abort();
      const want = pods.list({ match }).items.map(({ key, revision }) => `${key} ${revision}`);
      expect([...replica].map(([key, revision]) => `${key} ${revision}`).toSorted()).toEqual(want.toSorted());
    }
  });
});

describe('what comes', () => {
  it('is one batch for all watches that are told nothing else, and their own where more has come', async () => {
    const { put, pods } = await newFixture();
    const begin = (): ReturnType<typeof pods.watch> => pods.watch({ from: pods.revision, match: {}, signal: new AbortController().signal });
    const [quick, slow, slowest] = [begin(), begin(), begin()];
    await put(web);
    const first = quick.read();
    await put({ ...web, data: 'x' });
    const second = quick.read();
    const both = slow.read();
    await put({ ...web, data: 'y' });
    expect([first?.length, second?.length, both, slow.read(), quick.read()]).toEqual([1, 1, [...(first ?? []), ...(second ?? [])], slowest.read()?.slice(2), expect.anything()]);
    expect([first?.length, both?.length]).toEqual([1, 2]);
    await put(web);
    const [one, other] = [quick.read(), slow.read()];
    expect(one).toBe(other);
  });
});

describe('the current state', () => {
  it('comes in the same batches to watches that begin alike, until something changes', async () => {
    const { put, pods } = await newFixture({ watcher: { stateBatch: { events: 2, bytes: 1 << 20 } } });
    for (const name of ['a', 'b', 'c']) await put({ ...web, name });
    const begin = (): ReturnType<typeof pods.watch> => pods.watch({ from: 'state', match: {}, signal: new AbortController().signal });
    const [one, two] = [begin(), begin()];
    const [first, second] = [one.read(), one.read()];
    expect([first?.length, second?.length, Object.isFrozen(first)]).toEqual([2, 1, true]);
    expect(two.read()).toBe(first);
    await put({ ...web, name: 'd' });
    const late = begin();
    expect(late.read()).not.toBe(first);
    expect(two.read()).toBe(second);
    expect(two.read()?.map((event) => event.type)).toEqual(['ADDED']);
  });
});
