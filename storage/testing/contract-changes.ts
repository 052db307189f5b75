/** Contract: put and delete. */
import { expect } from '@jest/globals';
import type { ContractTests } from './contract-context.ts';
import { deleteOrFail, putOrFail, text, utf8, WatchReader } from './watching.ts';

export const changeTests: ContractTests = {
  'gives every write a higher revision': async ({ open }) => {
    const storage = await open();
    const one = await putOrFail(storage, '/a', '1');
    const two = await putOrFail(storage, '/b', '1');
    const three = await putOrFail(storage, '/a', '2', one);
    const four = await deleteOrFail(storage, '/b', two);
    expect([one, two, three, four]).toEqual([...new Set([one, two, three, four])].sort((a, b) => a - b));
    expect(await storage.currentRevision()).toBe(four);
    expect((await storage.get('/a'))?.revision).toBe(three);
  },

  'refuses to create a key that exists, and says what stands there': async ({ open }) => {
    const storage = await open();
    const revision = await putOrFail(storage, '/a', '1');
    expect(await storage.put('/a', utf8('2'), 0)).toEqual({ committed: false, current: { key: '/a', value: utf8('1'), revision } });
    expect(text((await storage.get('/a'))?.value)).toBe('1');
    expect(await storage.currentRevision()).toBe(revision);
  },

  'refuses to replace or delete another revision, and says what stands there': async ({ open }) => {
    const storage = await open();
    const first = await putOrFail(storage, '/a', '1');
    const revision = await putOrFail(storage, '/a', '2', first);
    const lost = { committed: false, current: { key: '/a', value: utf8('2'), revision } };
    expect(await storage.put('/a', utf8('3'), first)).toEqual(lost);
    expect(await storage.delete('/a', first)).toEqual(lost);
    expect(text((await storage.get('/a'))?.value)).toBe('2');
  },

  'conflicts without a current value when the key is missing': async ({ open }) => {
    const storage = await open();
    const revision = await putOrFail(storage, '/a', '1');
    await deleteOrFail(storage, '/a', revision);
    for (const result of [
      await storage.put('/a', utf8('2'), revision),
      await storage.delete('/a', revision),
      await storage.delete('/never', 7),
    ]) {
      expect(result.committed).toBe(false);
      expect('current' in result && result.current).toBeFalsy();
    }
  },

  'never deletes with an expectation of 0': async ({ open }) => {
    const storage = await open();
    const revision = await putOrFail(storage, '/a', '1');
    expect(await storage.delete('/a', 0)).toEqual({ committed: false, current: { key: '/a', value: utf8('1'), revision } });
    expect((await storage.delete('/b', 0)).committed).toBe(false);
  },

  'creates a key again after its deletion': async ({ open }) => {
    const storage = await open();
    const gone = await deleteOrFail(storage, '/a', await putOrFail(storage, '/a', '1'));
    expect(await putOrFail(storage, '/a', '2')).toBeGreaterThan(gone);
  },

  'lets exactly one of many concurrent writers win': async ({ open }) => {
    const storage = await open();
    const created = await Promise.all(Array.from({ length: 20 }, (_, i) => storage.put('/a', utf8(`${i}`), 0)));
    expect(created.filter((result) => result.committed)).toHaveLength(1);
    const revision = (await storage.get('/a'))?.revision ?? 0;
    const changed = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? storage.put('/a', utf8(`${i}`), revision) : storage.delete('/a', revision))),
    );
    expect(changed.filter((result) => result.committed)).toHaveLength(1);
  },

  'counts up correctly under contention': async ({ open }) => {
    const storage = await open();
    await putOrFail(storage, '/n', '0');
    const add = async (): Promise<void> => {
      for (let current = await storage.get('/n'); current;) {
        const result = await storage.put('/n', utf8(`${Number(text(current.value)) + 1}`), current.revision);
        if (result.committed) return;
        current = result.current;
      }
    };
    await Promise.all(Array.from({ length: 25 }, add));
    expect(text((await storage.get('/n'))?.value)).toBe('25');
  },

  'deletes a key when its ttl ends, as a committed change': async ({ open, contract }) => {
    const storage = await open();
    const kept = await putOrFail(storage, '/kept', '1', 0, 1);
    await putOrFail(storage, '/kept', '2', kept);
    const revision = await putOrFail(storage, '/short', 'x', 0, 1);
    const reader = new WatchReader(storage, revision);
    contract.passTime?.(1500);
    await reader.count(1);
    expect(reader.lines).toEqual(['DELETE /short (was x)']);
    expect(await storage.get('/short')).toBeUndefined();
    expect(text((await storage.get('/kept'))?.value)).toBe('2');
    expect(await storage.currentRevision()).toBeGreaterThan(revision);
    await reader.stop();
  },

  'rejects with Closed after close, which may be called twice': async ({ open }) => {
    const storage = await open();
    await storage.close();
    await storage.close();
    const calls = [
      () => storage.currentRevision(),
      () => storage.get('/a'),
      () => storage.list({ prefix: '/' }),
      () => storage.put('/a', utf8('1'), 0),
    ];
    for (const call of [...calls, () => storage.delete('/a', 1), () => storage.compact(1)]) {
      await expect(call()).rejects.toMatchObject({ code: 'Closed' });
    }
  },
};
