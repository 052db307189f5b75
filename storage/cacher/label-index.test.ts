import { describe, expect, it } from '@jest/globals';
import type { Cacher, Match } from './interface.ts';
import { idOf, keyOf, newFixture, podSpec, type TestObject, TestWatch } from './testing.ts';
import { StorageError } from '../errors.ts';

const labelled = (name: string, value: string): Match => ({ label: { name, value }, test: (tested) => tested.labels[name] === value });
const namesOf = (pods: Cacher, match: Match): string[] => pods.list({ match }).items.map((record) => idOf(record).split('@')[0] ?? '');
const others: readonly TestObject[] = Array.from({ length: 40 }, (_, i) => ({ name: `other-${i}`, namespace: 'default', labels: { app: 'other' } }));

describe('lists by label', () => {
  it('follow what is written after the label was first asked for', async () => {
    const { put, pods, delete: remove } = await newFixture();
    for (const other of others) await put(other);
    expect(namesOf(pods, labelled('app', 'web'))).toEqual([]);
    await put({ name: 'b', namespace: 'default', labels: { app: 'web' } });
    await put({ name: 'a', namespace: 'default', labels: { app: 'web' } });
    await put({ name: 'a', namespace: 'another', labels: { app: 'web' } });
    expect(namesOf(pods, labelled('app', 'web'))).toEqual(['another/a', 'default/a', 'default/b']);
    expect(namesOf(pods, { ...labelled('app', 'web'), namespace: 'default' })).toEqual(['default/a', 'default/b']);
    await put({ name: 'a', namespace: 'default', labels: { app: 'db' } });
    await remove(keyOf({ name: 'a', namespace: 'another' }));
    expect(namesOf(pods, labelled('app', 'web'))).toEqual(['default/b']);
    expect(namesOf(pods, labelled('app', 'db'))).toEqual(['default/a']);
  });

  it('give all of a value that most objects have, in pages too', async () => {
    const { put, pods } = await newFixture();
    for (const other of others) await put(other);
    expect(namesOf(pods, labelled('app', 'other'))).toHaveLength(40);
    await put({ name: 'b', labels: { app: 'web' } });
    await put({ name: 'a', labels: { app: 'web' } });
    const first = pods.list({ match: labelled('app', 'web'), limit: 1 });
    expect([first.items.map((record) => record.tested.name), first.more]).toEqual([['a'], true]);
    const second = pods.list({ match: labelled('app', 'web'), limit: 1, after: first.items[0]?.key ?? '' });
    expect([second.items.map((record) => record.tested.name), second.more]).toEqual([['b'], false]);
  });

  it('fail with what cannot be decoded, which may have the label', async () => {
    const { put, pods, storage, set } = await newFixture({}, {
      ...podSpec,
      project: (stored) => {
        if (stored.value.length === 1) throw new StorageError('Corrupt', 'not decodable');
        return podSpec.project(stored);
      },
    });
    for (const other of others) await put(other);
    expect(namesOf(pods, labelled('app', 'web'))).toEqual([]);
    const result = await storage.put('/registry/pods/default/odd', new Uint8Array([1]), 0);
    await set.waitFor(result.committed ? result.revision : 0);
    expect(() => namesOf(pods, labelled('app', 'web'))).toThrow('not decodable');
    expect(namesOf(pods, { ...labelled('app', 'web'), namespace: 'another' })).toEqual([]);
  });

  it('begin a watch with the objects that have the label, in key order', async () => {
    const { put, pods } = await newFixture();
    for (const other of others) await put(other);
    await put({ name: 'b', labels: { app: 'web' } });
    await put({ name: 'a', labels: { app: 'web' } });
    const watch = new TestWatch(pods, 'state', labelled('app', 'web'));
    expect((await watch.count(2)).map((line) => line.split('@')[0])).toEqual(['ADDED a', 'ADDED b']);
    watch.abort.abort();
  });
});
