import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { BackupReader } from '../backup.ts';
import { runStorageContract } from '../testing/contract.ts';
import { linesOf, putOrFail, WatchReader } from '../testing/watching.ts';
import { MemoryStorage } from './memory-storage.ts';

const clock = new FakeClock();
runStorageContract({
  name: 'memory',
  newStorage: async () => new MemoryStorage({ clock }),
  restore: async (backup) => MemoryStorage.fromBackup(await BackupReader.open([backup]), clock),
  passTime: (ms) => clock.step(ms),
  skip: [],
});

describe('MemoryStorage', () => {
  it('returns to a snapshot in one revision, which watches see', async () => {
    const storage = new MemoryStorage({ clock });
    const one = await putOrFail(storage, '/a', '1');
    await putOrFail(storage, '/b', '1');
    const snapshot = storage.snapshot();
    const before = linesOf((await storage.list({ prefix: '/' })).items).map((line) => line.replace(/@\d+/, ''));
    await putOrFail(storage, '/a', '2', one);
    await storage.delete('/b', (await storage.get('/b'))?.revision ?? 0);
    await putOrFail(storage, '/c', '1');
    const from = await storage.currentRevision();
    expect(storage.restore(snapshot)).toBe(from + 1);
    const reader = new WatchReader(storage, from);
    await reader.next();
    expect([...reader.lines].sort()).toEqual(['DELETE /c (was 1)', 'PUT /a=1 (was 2)', 'PUT /b=1']);
    expect(linesOf((await storage.list({ prefix: '/' })).items).map((line) => line.replace(/@\d+/, ''))).toEqual(before);
    expect(storage.restore(snapshot)).toBe(from + 1);
    await reader.stop();
  });

  it('resumes in the middle of a long history without splitting a revision', async () => {
    const storage = new MemoryStorage({ clock });
    const snapshot = storage.snapshot();
    for (let i = 0; i < 1500; i++) await putOrFail(storage, `/a/${i}`, '1');
    const from = await storage.currentRevision();
    storage.restore(snapshot);
    await putOrFail(storage, '/b', '1');
    const reader = new WatchReader(storage, from - 10);
    await reader.count(1511);
    expect(new Set(reader.events.slice(10, 1510).map((event) => event.revision))).toEqual(new Set([from + 1]));
    await reader.stop();
  });

  it('forks an independent store', async () => {
    const storage = new MemoryStorage({ clock });
    const one = await putOrFail(storage, '/a', '1');
    const fork = storage.fork();
    await putOrFail(fork, '/a', '2', one);
    expect(linesOf((await storage.list({ prefix: '/' })).items)).toEqual([`/a@${one}=1`]);
    expect(await storage.currentRevision()).toBe(one);
  });
});
