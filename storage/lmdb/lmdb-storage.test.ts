import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { BackupReader } from '../backup.ts';
import { bytesOf, newFixture, TestWatch } from '../cacher/testing.ts';
import { runStorageContract } from '../testing/contract.ts';
import { deleteOrFail, linesOf, putOrFail, text, utf8, WatchReader } from '../testing/watching.ts';
import { openDataFile } from './data-file.ts';
import { LmdbStorage } from './lmdb-storage.ts';
import { restoreLmdb } from './restore.ts';

const clock = new FakeClock();
let directories: string[] = [];

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'k8ts-lmdb-'));
  directories.push(directory);
  return join(directory, 'data');
}

async function cleanUp(): Promise<void> {
  for (const directory of directories) rmSync(directory, { recursive: true });
  directories = [];
}

/** Changes values on the disk that say so. */
function damage(directory: string): void {
  const path = join(directory, 'store.mdb');
  const bytes = readFileSync(path);
  for (let at = bytes.indexOf('going to be'); at >= 0; at = bytes.indexOf('going to be', at)) bytes[at] = 0x47;
  writeFileSync(path, bytes);
}

let last = '';
runStorageContract({
  name: 'lmdb',
  newStorage: () => LmdbStorage.open({ directory: (last = newDirectory()), clock }),
  reopen: () => LmdbStorage.open({ directory: last, clock }),
  restore: async (backup) => {
    const directory = newDirectory();
    await restoreLmdb({ directory, backup: await BackupReader.open([backup]), bump: 0 });
    return LmdbStorage.open({ directory, clock });
  },
  passTime: (ms) => clock.step(ms),
  cleanUp,
  skip: [],
});

describe('LmdbStorage', () => {
  afterEach(cleanUp);

  it('keeps its files private', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock });
    await putOrFail(storage, '/a', 'secret');
    const mode = (file: string): string => (statSync(join(directory, file)).mode & 0o777).toString(8);
    expect([mode(''), mode('store.mdb'), mode('store.mdb-lock'), mode('lock')]).toEqual(['700', '600', '600', '600']);
    await storage.close();
  });

  it('refuses a directory in use, naming it and the process', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock });
    const again = LmdbStorage.open({ directory, clock });
    await expect(again).rejects.toMatchObject({ code: 'Locked' });
    await expect(again).rejects.toThrow(`${directory} is in use by process ${process.pid}`);
    await storage.close();
    await (await LmdbStorage.open({ directory, clock })).close();
  });

  it('takes over the lock of a process that is gone', async () => {
    const directory = newDirectory();
    await (await LmdbStorage.open({ directory, clock })).close();
    for (const owner of ['999999999 123\n', `${process.pid} 1\n`, 'garbage']) {
      writeFileSync(join(directory, 'lock'), owner);
      await (await LmdbStorage.open({ directory, clock })).close();
    }
  });

  it('refuses a store of a newer version', async () => {
    const directory = newDirectory();
    const file = openDataFile(directory);
    await file.env.batch(() => file.writeMeta({ format: 99, compacted: 0, swept: 0 }));
    await file.close();
    await expect(LmdbStorage.open({ directory, clock })).rejects.toThrow(
      /store.mdb was written by a newer version \(format 99, this one knows 1\)/,
    );
  });

  it('refuses a file that is no store, or has been cut short, naming it and the remedy', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock });
    await Promise.all(Array.from({ length: 300 }, (_, i) => storage.put(`/a/${i}`, new Uint8Array(1000), 0)));
    await storage.close();
    const path = join(directory, 'store.mdb');
    truncateSync(path, 100_000);
    await expect(LmdbStorage.open({ directory, clock })).rejects.toMatchObject({
      code: 'Corrupt',
      message: expect.stringContaining(`${path} has been cut short`),
    });
    writeFileSync(path, 'not a store at all');
    await expect(LmdbStorage.open({ directory, clock })).rejects.toMatchObject({
      code: 'Corrupt',
      message: expect.stringContaining('restore a backup'),
    });
  });

  it('says what is wrong with a path that is no directory', async () => {
    const directory = newDirectory();
    const blocker = directory.slice(0, -5);
    writeFileSync(join(blocker, 'data'), '');
    await expect(LmdbStorage.open({ directory, clock })).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining(directory),
    });
  });

  it('lists keys and revisions without reading values when nobody reads them', async () => {
    const storage = await LmdbStorage.open({ directory: newDirectory(), clock });
    await putOrFail(storage, '/a', '1');
    await putOrFail(storage, '/b', '2');
    const { items, more, count } = await storage.list({ prefix: '/' }, { keysOnly: true, limit: 1 });
    expect([items.map(({ key, revision, value }) => [key, revision, value.length]), more, count]).toEqual([[['/a', 2, 0]], true, 2]);
    await storage.close();
  });

  it('lists what is damaged on the disk by its key, and lets it be deleted', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock });
    await putOrFail(storage, '/bad', 'the value that is going to be damaged');
    await putOrFail(storage, '/good', '1');
    await storage.close();
    damage(directory);
    const again = await LmdbStorage.open({ directory, clock });
    await expect(again.get('/bad')).rejects.toMatchObject({ code: 'Corrupt', key: '/bad' });
    const { items } = await again.list({ prefix: '/' });
    expect(items.map((item) => item.key)).toEqual(['/bad', '/good']);
    expect(() => items[0]?.value).toThrow('/bad');
    expect(text(items[1]?.value)).toBe('1');
    const reader = new WatchReader(again, 3);
    await deleteOrFail(again, '/bad', items[0]?.revision ?? 0);
    await reader.count(1);
    expect(reader.events[0]?.value).toBeUndefined();
    await reader.stop();
    await again.close();
  });

  it('serves the cacher although a value is damaged', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock });
    const bad = { namespace: 'a', name: 'bad', data: 'the value that is going to be damaged' };
    await storage.put('/registry/pods/a/bad', bytesOf(bad), 0);
    await storage.put('/registry/pods/a/good', bytesOf({ namespace: 'a', name: 'good' }), 0);
    await storage.close();
    damage(directory);
    const again = await LmdbStorage.open({ directory, clock });
    const { pods, set } = await newFixture({ storage: again });
    expect(pods.corrupt()).toMatchObject([{ key: '/registry/pods/a/bad', revision: 2 }]);
    expect(pods.get('/registry/pods/a/good')?.revision).toBe(3);
    await expect(new TestWatch(pods, 1).next()).rejects.toMatchObject({ code: 'Corrupt', key: '/registry/pods/a/bad' });
    await pods.delete('/registry/pods/a/bad', 2);
    await set.fresh();
    expect(pods.list({ match: {} }).items.map((item) => item.key)).toEqual(['/registry/pods/a/good']);
    await set.close();
    await again.close();
  });

  it('gives back the space of what is compacted, and goes on after a restart', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock });
    let revision = 0;
    for (let i = 0; i < 1500; i++) revision = await putOrFail(storage, '/a', `${i}`, revision);
    for (let i = 0; i < 20; i++) await deleteOrFail(storage, `/gone/${i}`, await putOrFail(storage, `/gone/${i}`, '1'));
    const newest = await storage.currentRevision();
    await storage.compact(newest);
    await storage.close();
    await (await LmdbStorage.open({ directory, clock })).close();
    const swept = await LmdbStorage.open({ directory, clock });
    await putOrFail(swept, '/b', '1');
    await swept.close();
    const file = openDataFile(directory);
    expect([...file.headers.getKeys()].length).toBeLessThan(1000);
    expect([...file.headers.getKeys()].length).toBe([...file.values.getKeys()].length);
    await file.close();
    const again = await LmdbStorage.open({ directory, clock });
    expect(await again.currentRevision()).toBe(newest + 1);
    expect(linesOf((await again.list({ prefix: '/' })).items)).toEqual([`/a@${revision}=1499`, `/b@${newest + 1}=1`]);
    await again.close();
  });

  it('does not grow without bound when nobody compacts it', async () => {
    const directory = newDirectory();
    const storage = await LmdbStorage.open({ directory, clock, historyBytes: 8 << 20 });
    const kept = await putOrFail(storage, '/kept', '1');
    let revision = 0;
    for (let i = 0; i < 1000; i++) {
      const result = await storage.put('/lease', new Uint8Array(50_000).fill(i), revision);
      revision = result.committed ? result.revision : 0;
    }
    await expect(storage.get('/lease', kept)).rejects.toMatchObject({ code: 'Compacted' });
    expect((await storage.get('/lease', revision - 50))?.value[0]).toBe((999 - 50) % 256);
    expect((await storage.get('/kept'))?.revision).toBe(kept);
    await storage.close();
    // 50 MB were written.
    expect(statSync(join(directory, 'store.mdb')).size).toBeLessThan(25 << 20);
  });

  it('reads its history from the disk when memory has forgotten it', async () => {
    const storage = await LmdbStorage.open({ directory: newDirectory(), clock });
    const big = new Uint8Array(50_000);
    let revision = 0;
    for (let i = 0; i < 600; i++) {
      const result = await storage.put('/a', big, revision);
      revision = result.committed ? result.revision : 0;
    }
    const reader = new WatchReader(storage, 1);
    await reader.count(600);
    expect(reader.events.map((event) => event.previous?.revision ?? 1)).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
    await reader.stop();
    await storage.close();
  });

  it('closes while lists and backups run', async () => {
    const storage = await LmdbStorage.open({ directory: newDirectory(), clock });
    await Promise.all(Array.from({ length: 3000 }, (_, i) => storage.put(`/a/${i}`, utf8('x'), 0)));
    const running = Promise.allSettled([storage.list({ prefix: '/' }), storage.backup(async () => undefined)]);
    await storage.close();
    expect((await running)[0]).toMatchObject({ status: 'rejected', reason: { code: 'Closed' } });
  });
});
