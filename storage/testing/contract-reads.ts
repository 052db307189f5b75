/** Contract: get, list and the order of keys. */
import { expect } from '@jest/globals';
import type { Page, Storage } from '../interface.ts';
import type { ContractTests } from './contract-context.ts';
import { putOrFail, text } from './watching.ts';

const keysOf = (page: Page): string[] => page.items.map((item) => item.key);

async function fill(storage: Storage, keys: readonly string[]): Promise<void> {
  for (const key of keys) await putOrFail(storage, key, `value of ${key}`);
}

export const readTests: ContractTests = {
  'starts empty, at revision 1': async ({ open }) => {
    const storage = await open();
    expect(await storage.currentRevision()).toBe(1);
    expect(await storage.get('/a')).toBeUndefined();
    expect(await storage.list({ prefix: '/' })).toEqual({ items: [], revision: 1, more: false, count: 0 });
  },

  'gives back the bytes that were put, of any content': async ({ open }) => {
    const storage = await open();
    const values = [new Uint8Array(0), new Uint8Array([0, 255, 10, 128]), new Uint8Array(300_000).fill(7)];
    for (const [i, value] of values.entries()) {
      const result = await storage.put(`/k${i}`, value, 0);
      const got = await storage.get(`/k${i}`);
      expect(result).toEqual({ committed: true, revision: got?.revision });
      expect(got?.key).toBe(`/k${i}`);
      expect(Buffer.compare(got?.value ?? new Uint8Array(1), value)).toBe(0);
    }
  },

  'lists by prefix, in the order of UTF-8 bytes': async ({ open }) => {
    const storage = await open();
    const keys = ['/r/a', '/r/a/b', '/r/a-b', '/r/é', '/r/\uffff', '/r/😀', '/r/z'];
    await fill(storage, ['/q/x', '/s', '/r', ...keys]);
    const want = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = await storage.list({ prefix: '/r/' });
    expect(keysOf(page)).toEqual(want);
    expect(page.items.map((item) => text(item.value))).toEqual(want.map((key) => `value of ${key}`));
  },

  'pages with limit and after, and counts what is asked for': async ({ open }) => {
    const storage = await open();
    await fill(storage, ['/a/1', '/a/2', '/a/3', '/a/4', '/a/5', '/b/1']);
    const revision = await storage.currentRevision();
    const first = await storage.list({ prefix: '/a/' }, { limit: 2 });
    expect({ ...first, items: keysOf(first) }).toEqual({ items: ['/a/1', '/a/2'], revision, more: true, count: 5 });
    const last = await storage.list({ prefix: '/a/' }, { limit: 3, after: '/a/2' });
    expect({ ...last, items: keysOf(last) }).toEqual({ items: ['/a/3', '/a/4', '/a/5'], revision, more: false, count: 3 });
    const none = await storage.list({ prefix: '/a/' }, { limit: 3, after: '/a/5' });
    expect(none).toEqual({ items: [], revision, more: false, count: 0 });
  },

  'pages at one revision while the store changes': async ({ open }) => {
    const storage = await open();
    await fill(storage, ['/a/1', '/a/2', '/a/3', '/a/4']);
    const first = await storage.list({ prefix: '/a/' }, { limit: 2 });
    const two = await storage.get('/a/3');
    await storage.put('/a/3', new Uint8Array([1]), two?.revision ?? 0);
    await storage.delete('/a/4', (await storage.get('/a/4'))?.revision ?? 0);
    await fill(storage, ['/a/5']);
    const rest = await storage.list({ prefix: '/a/' }, { limit: 9, after: '/a/2', at: first.revision });
    expect(rest.items.map((item) => text(item.value))).toEqual(['value of /a/3', 'value of /a/4']);
    expect({ revision: rest.revision, more: rest.more, count: rest.count }).toEqual({ revision: first.revision, more: false, count: 2 });
  },

  'lists thousands of keys whole': async ({ open }) => {
    const storage = await open();
    const keys = Array.from({ length: 2500 }, (_, i) => `/many/${String(i).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => putOrFail(storage, key, key)));
    expect(keysOf(await storage.list({ prefix: '/many/' }))).toEqual(keys);
  },
};
