/** Contract: reopening and backup. */
import { expect } from '@jest/globals';
import type { StoredValue } from '../interface.ts';
import type { ContractTests } from './contract-context.ts';
import { deleteOrFail, linesOf, putOrFail, WatchReader } from './watching.ts';

const join = (chunks: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks));

export const lifeTests: ContractTests = {
  'keeps acknowledged writes, revisions and history over reopening': async ({ open, reopen }) => {
    const storage = await open();
    const one = await putOrFail(storage, '/a', '1');
    await putOrFail(storage, '/a', '2', one);
    const last = await deleteOrFail(storage, '/b', await putOrFail(storage, '/b', '1'));
    const want = linesOf((await storage.list({ prefix: '/' })).items);
    await storage.close();
    const again = await reopen();
    expect(await again.currentRevision()).toBe(last);
    expect(linesOf((await again.list({ prefix: '/' })).items)).toEqual(want);
    expect(linesOf((await again.list({ prefix: '/' }, { at: one })).items)).toEqual([`/a@${one}=1`]);
    expect(await putOrFail(again, '/c', '1')).toBeGreaterThan(last);
  },

  'resumes a watch over reopening': async ({ open, reopen }) => {
    const storage = await open();
    const one = await putOrFail(storage, '/a', '1');
    const two = await putOrFail(storage, '/a', '2', one);
    const compactedAt = await deleteOrFail(storage, '/a', two);
    await putOrFail(storage, '/b', '1');
    await storage.compact(compactedAt);
    await storage.close();
    const again = await reopen();
    await putOrFail(again, '/c', '1');
    const reader = await new WatchReader(again, compactedAt).count(2);
    expect(reader.lines).toEqual(['PUT /b=1', 'PUT /c=1']);
    await reader.stop();
    await expect(new WatchReader(again, one).next()).rejects.toMatchObject({ code: 'Compacted' });
  },

  'expires keys whose time passes while it is closed': async ({ open, reopen, contract }) => {
    const storage = await open();
    const from = await putOrFail(storage, '/short', 'x', 0, 1);
    await storage.close();
    contract.passTime?.(1500);
    const again = await reopen();
    const reader = new WatchReader(again, from);
    contract.passTime?.(0);
    await reader.count(1);
    expect(reader.lines).toEqual(['DELETE /short (was x)']);
    await reader.stop();
  },

  'writes a consistent backup while it is in use': async ({ open }) => {
    const storage = await open();
    for (let i = 0; i < 50; i++) await putOrFail(storage, `/a/${i}`, `${i}`);
    const revision = await storage.currentRevision();
    const chunks: Uint8Array[] = [];
    const backup = storage.backup((chunk) => void chunks.push(chunk));
    await Promise.all(Array.from({ length: 20 }, (_, i) => putOrFail(storage, `/later/${i}`, '1')));
    expect((await backup).revision).toBeGreaterThanOrEqual(revision);
    expect(join(chunks).length).toBeGreaterThan(50);
  },

  'restores a backup': async ({ open, restore, contract }) => {
    const storage = await open();
    for (let i = 0; i < 50; i++) await putOrFail(storage, `/a/${i}`, `${i}`);
    const lines = (items: readonly StoredValue[]): string[] =>
      linesOf(items).map((line) => (contract.renumbers ? line.replace(/@\d+/, '') : line));
    const want = lines((await storage.list({ prefix: '/' })).items);
    const chunks: Uint8Array[] = [];
    const { revision } = await storage.backup((chunk) => void chunks.push(chunk));
    const bytes = join(chunks);
    const copy = await restore(bytes);
    expect(await copy.currentRevision()).toBeGreaterThanOrEqual(revision);
    expect(lines((await copy.list({ prefix: '/' })).items)).toEqual(want);
    const broken = bytes.slice();
    broken[40] = (broken[40] ?? 0) ^ 1;
    await expect(restore(broken)).rejects.toMatchObject({ code: 'Corrupt' });
    await expect(restore(bytes.slice(0, -9))).rejects.toMatchObject({ code: 'Corrupt' });
  },
};
