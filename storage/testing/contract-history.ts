/** Contract: older revisions and compaction. */
import { expect } from '@jest/globals';
import type { Storage } from '../interface.ts';
import type { ContractTests } from './contract-context.ts';
import { deleteOrFail, linesOf, putOrFail, text, WatchReader } from './watching.ts';

async function threeVersions(storage: Storage): Promise<readonly [number, number, number]> {
  const one = await putOrFail(storage, '/a', '1');
  const two = await putOrFail(storage, '/a', '2', one);
  return [one, two, await deleteOrFail(storage, '/a', two)];
}

export const historyTests: ContractTests = {
  'shows a key at older revisions': async ({ open }) => {
    const storage = await open();
    const [one, two, three] = await threeVersions(storage);
    expect(await storage.get('/a', one - 1)).toBeUndefined();
    expect(text((await storage.get('/a', one))?.value)).toBe('1');
    expect((await storage.get('/a', two))?.revision).toBe(two);
    expect(await storage.get('/a', three)).toBeUndefined();
  },

  'lists at older revisions': async ({ open }) => {
    const storage = await open();
    const want = new Map<number, string[]>();
    const written: number[] = [];
    for (let i = 0; i < 30; i++) {
      const key = `/k${i % 7}`;
      const current = await storage.get(key);
      const deletes = current && i % 5 === 0;
      const revision = deletes
        ? await deleteOrFail(storage, key, current.revision)
        : await putOrFail(storage, key, `${i}`, current?.revision);
      written.push(revision);
      want.set(revision, linesOf((await storage.list({ prefix: '/' })).items));
    }
    for (const revision of written.reverse()) {
      const page = await storage.list({ prefix: '/' }, { at: revision });
      expect(linesOf(page.items)).toEqual(want.get(revision));
      expect(page.revision).toBe(revision);
    }
  },

  'throws FutureRevision for what has not happened': async ({ open }) => {
    const storage = await open();
    const revision = await putOrFail(storage, '/a', '1');
    await expect(storage.get('/a', revision + 10)).rejects.toMatchObject({ code: 'FutureRevision' });
    await expect(storage.list({ prefix: '/' }, { at: revision + 10 })).rejects.toMatchObject({ code: 'FutureRevision' });
    await expect(storage.compact(revision + 10)).rejects.toMatchObject({ code: 'FutureRevision' });
  },

  'forgets the past when compacted, and keeps the present': async ({ open }) => {
    const storage = await open();
    const [one, , three] = await threeVersions(storage);
    const kept = await putOrFail(storage, '/b', 'kept');
    const last = await putOrFail(storage, '/c', '1');
    await storage.compact(last);
    await expect(storage.get('/a', one)).rejects.toMatchObject({ code: 'Compacted' });
    await expect(storage.list({ prefix: '/' }, { at: three })).rejects.toMatchObject({ code: 'Compacted' });
    await expect(new WatchReader(storage, one).next()).rejects.toMatchObject({ code: 'Compacted' });
    expect(text((await storage.get('/b', last))?.value)).toBe('kept');
    expect(linesOf((await storage.list({ prefix: '/' })).items)).toEqual([`/b@${kept}=kept`, `/c@${last}=1`]);
    expect(await storage.currentRevision()).toBe(last);
  },

  'compacts again at or below without an error': async ({ open }) => {
    const storage = await open();
    const [one, two] = await threeVersions(storage);
    await storage.compact(two);
    await storage.compact(two);
    await storage.compact(one);
    expect(text((await storage.get('/a', two))?.value)).toBe('2');
  },

  'watches from the compacted revision on': async ({ open }) => {
    const storage = await open();
    const [, two] = await threeVersions(storage);
    await storage.compact(two);
    const reader = await new WatchReader(storage, two).count(1);
    expect(reader.lines).toEqual(['DELETE /a (was 2)']);
    await reader.stop();
  },
};
