import { mkdtempSync, rmSync } from 'node:fs';
import { lstat, readlink, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { diskFiles } from './disk-files.ts';
import { runFilesContract } from './testing/files-contract.ts';

let root = '';
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'k8ts-files-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

runFilesContract('disk', async () => ({ files: diskFiles, root: mkdtempSync(join(root, 't-')) }));

describe('diskFiles', () => {
  it('switches a projected directory by one link, as container programs watch it', async () => {
    const dir = join(root, 'atomic');
    const payload = (text: string) => new Map([['key', { content: new TextEncoder().encode(text), mode: 0o640 }]]);
    await diskFiles.project(dir, payload('1'));
    const first = await readlink(join(dir, '..data'));
    await diskFiles.project(dir, payload('2'));
    expect(await readlink(join(dir, 'key'))).toBe('..data/key');
    expect(await readlink(join(dir, '..data'))).not.toBe(first);
    await expect(lstat(join(dir, first))).rejects.toThrow('ENOENT');
    expect((await stat(join(dir, 'key'))).mode & 0o777).toBe(0o640);
  });

  it('refuses a path that a link leads out of the volume', async () => {
    const dir = join(root, 'escape');
    await diskFiles.makeDir(dir);
    await symlink('/etc', join(dir, 'out'));
    await expect(diskFiles.subPath(dir, 'out/new')).rejects.toThrow('leads out of the volume');
  });
});
