import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataDir, DataDirError } from './data-dir.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'k8ts-data-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('DataDir', () => {
  it('keeps its directory and files from other users', () => {
    const dir = new DataDir(join(root, 'd'));
    dir.prepare();
    dir.write('secret', 'pki', 'ca.key');
    expect(statSync(dir.path).mode & 0o777).toBe(0o700);
    expect(statSync(dir.file('pki', 'ca.key')).mode & 0o777).toBe(0o600);
    expect(dir.pkiFiles.read('ca.key')).toBe('secret');
  });

  it('refuses a second owner by naming the process and the remedy', () => {
    const dir = new DataDir(join(root, 'd'));
    dir.prepare();
    writeFileSync(dir.file('k8ts.pid'), `${process.ppid}\n`);
    expect(() => dir.lock()).toThrow(`is in use by process ${process.ppid}; stop it with "k8ts down --data-dir ${dir.path}"`);
  });

  it('takes over from a process that is gone', () => {
    const dir = new DataDir(join(root, 'd'));
    dir.prepare();
    writeFileSync(dir.file('k8ts.pid'), '999999999\n');
    const unlock = dir.lock();
    expect(dir.ownerPid()).toBe(process.pid);
    unlock();
    expect(dir.ownerPid()).toBeUndefined();
  });

  it('names a path that is no directory', () => {
    writeFileSync(join(root, 'file'), '');
    expect(() => new DataDir(join(root, 'file')).prepare()).toThrow(DataDirError);
    expect(() => new DataDir(join(root, 'file')).prepare()).toThrow('not a directory; choose another with --data-dir');
  });

  it('says that its own description is damaged instead of guessing', () => {
    const dir = new DataDir(root);
    writeFileSync(dir.file('cluster.json'), '{');
    expect(() => dir.info()).toThrow('cluster.json is damaged');
  });
});
