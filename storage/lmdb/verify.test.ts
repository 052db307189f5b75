import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { seededRand } from '../../component-base/rand.ts';
import { isStorageError } from '../errors.ts';
import { linesOf, putOrFail, utf8 } from '../testing/watching.ts';
import { openDataFile } from './data-file.ts';
import { emptyFile, PAGE_SIZE } from './file-format.ts';
import { LmdbStorage } from './lmdb-storage.ts';
import { verifyLmdb } from './verify.ts';

const clock = new FakeClock();
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'k8ts-verify-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const directory = (): string => join(root, 'data');
const path = (): string => join(root, 'data', 'store.mdb');

/** A store with history, deletions, compaction, values in pages of their own, and free pages. */
async function makeStore(): Promise<LmdbStorage> {
  const storage = await LmdbStorage.open({ directory: directory(), clock });
  const rand = seededRand(7);
  for (let i = 0; i < 300; i++) {
    const key = `/registry/pods/default/web-${rand.int(40)}`;
    const current = (await storage.get(key))?.revision ?? 0;
    if (current > 0 && i % 5 === 0) await storage.delete(key, current);
    else await storage.put(key, utf8(`value ${i} `.repeat(i % 7 === 0 ? 900 : 30)), current);
    if (i === 150) await storage.compact(120);
  }
  await putOrFail(storage, '/registry/secrets/default/token', 'the value that is going to be damaged');
  return storage;
}

function change(at: number, bit: number): void {
  const bytes = readFileSync(path());
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(path(), bytes);
}

/** Everything that a reader can be told, without opening what is damaged in this process: undefined when the store is refused. */
async function contentOf(): Promise<string | undefined> {
  try {
    const storage = await LmdbStorage.open({ directory: directory(), clock });
    try {
      return linesOf((await storage.list({ prefix: '/' })).items).join('\n') + (await storage.currentRevision());
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (isStorageError(error, 'Corrupt')) return undefined;
    throw error;
  }
}

describe('verifyLmdb', () => {
  it('finds nothing in a store that is whole, and tells what it holds', async () => {
    const storage = await makeStore();
    const { count } = await storage.list({ prefix: '/' });
    const revision = await storage.currentRevision();
    await storage.close();
    expect(verifyLmdb(directory())).toMatchObject({ format: 1, revision, compacted: 120, keys: count, problems: [] });
  });

  it('takes a store with pages of another size as it is, and so do those who serve it', async () => {
    mkdirSync(directory(), { mode: 0o700 });
    writeFileSync(path(), emptyFile(4096), { mode: 0o600 });
    const storage = await makeStore();
    const before = linesOf((await storage.list({ prefix: '/' })).items).join('\n') + (await storage.currentRevision());
    await storage.close();
    expect(readFileSync(path()).readUInt32LE(48)).toBe(4096);
    expect(await contentOf()).toBe(before);
    expect(verifyLmdb(directory()).problems).toEqual([]);
  });

  it('names the key and the revision of a value in which a bit has flipped', async () => {
    await (await makeStore()).close();
    change(readFileSync(path()).indexOf('going to be'), 3);
    expect(verifyLmdb(directory()).problems).toEqual([
      expect.stringMatching(/^the value of \/registry\/secrets\/default\/token at revision \d+ is damaged \(page \d+\)$/),
    ]);
  });

  it('finds a flipped bit anywhere, or the bit is one that nothing depends on', async () => {
    await (await makeStore()).close();
    const want = await contentOf();
    const whole = readFileSync(path());
    // The file ends with room that was not used yet.
    const used = whole.findLastIndex((byte) => byte !== 0) + 1;
    const rand = seededRand(11);
    let found = 0;
    for (let i = 0; i < 400; i++) {
      // Half of them where the structure is: the first bytes of a page.
      const at = i % 2 === 0 ? rand.int(used) : rand.int(used / PAGE_SIZE) * PAGE_SIZE + rand.int(170);
      change(at, rand.int(8));
      const { problems } = verifyLmdb(directory());
      if (problems.length > 0) found++;
      else expect(await contentOf()).toBe(want);
      writeFileSync(path(), whole);
    }
    expect(found).toBeGreaterThan(100);
  });

  it('refuses a store in use, and one of a newer version by its number', async () => {
    const storage = await makeStore();
    expect(() => verifyLmdb(directory())).toThrow(/is in use by process \d+: stop it first, or verify a snapshot/);
    await storage.close();
    const file = openDataFile(directory());
    await file.env.batch(() => file.writeMeta({ ...file.readMeta(), format: 99 }));
    await file.close();
    expect(verifyLmdb(directory()).problems).toEqual(['the store was written by a newer version (format 99, this one knows 1)']);
  });
});
