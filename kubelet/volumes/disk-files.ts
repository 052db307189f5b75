/** Files on the machine's disk. */
import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { appendFile, chmod, chown, lstat, mkdir, readFile, readdir, readlink, realpath, rename, rm, stat, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { FileProjection, Files } from './files.ts';

const DATA = '..data';
const run = promisify(execFile);

const isMissing = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

async function orMissing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export const diskFiles: Files = {
  async makeDir(path, { mode, gid, inMemory } = {}) {
    const made = await mkdir(path, { recursive: true });
    if (made === undefined) return;
    if (inMemory) await run('mount', ['-t', 'tmpfs', 'tmpfs', path]);
    if (mode !== undefined) await chmod(path, mode);
    if (gid !== undefined) await chown(path, 0, gid);
  },
  async read(path) {
    return orMissing(readFile(path));
  },
  async write(path, bytes, { mode, append } = {}) {
    await mkdir(dirname(path), { recursive: true });
    await (append ? appendFile(path, bytes) : writeFile(path, bytes));
    if (mode !== undefined) await chmod(path, mode);
  },
  project,
  async kindOf(path) {
    const found = await orMissing(stat(path));
    if (!found) return undefined;
    if (found.isDirectory()) return 'directory';
    if (found.isSocket()) return 'socket';
    if (found.isCharacterDevice()) return 'charDevice';
    return found.isBlockDevice() ? 'blockDevice' : 'file';
  },
  async subPath(volume, path) {
    const root = await realpath(volume);
    const mode = (await stat(root)).mode & 0o7777;
    let at = root;
    for (const segment of path.split('/').filter((p) => p !== '' && p !== '.')) {
      const next = join(at, segment);
      if (!(await orMissing(lstat(next)))) {
        await mkdir(next);
        await chmod(next, mode);
      }
      at = await realpath(next);
      if (at !== root && !at.startsWith(`${root}/`)) throw new Error('the path leads out of the volume');
    }
    return at;
  },
  async remove(path) {
    for (const mounted of await mountsBelow(path)) await run('umount', ['-l', mounted]);
    await rm(path, { recursive: true, force: true });
  },
};

/** Innermost first. */
async function mountsBelow(path: string): Promise<string[]> {
  const table = (await orMissing(readFile('/proc/self/mounts', 'utf8'))) ?? '';
  return table.split('\n').map((line) => (line.split(' ')[1] ?? '').replaceAll('\\040', ' ')).filter((p) => p === path || p.startsWith(`${path}/`)).sort((a, b) => b.length - a.length);
}

async function project(dir: string, files: ReadonlyMap<string, FileProjection>, { gid }: { readonly gid?: number } = {}): Promise<boolean> {
  await mkdir(dir, { recursive: true });
  const payload = await resolvePayload(files, gid);
  const before = await orMissing(readlink(join(dir, DATA)));
  if (before !== undefined && (await isUnchanged(join(dir, before), payload))) return false;
  const generation = `..generation_${randomBytes(8).toString('hex')}`;
  await writeGeneration(join(dir, generation), payload, gid);
  await symlink(generation, join(dir, `${DATA}_tmp`));
  await rename(join(dir, `${DATA}_tmp`), join(dir, DATA));
  await linkNames(dir, payload);
  if (before !== undefined) await rm(join(dir, before), { recursive: true, force: true });
  return true;
}

interface Payload {
  readonly bytes: Uint8Array;
  readonly mode: number;
}

/** The pod's group may read what it owns. */
async function resolvePayload(files: ReadonlyMap<string, FileProjection>, gid: number | undefined): Promise<Map<string, Payload>> {
  const out = new Map<string, Payload>();
  for (const [path, { content, mode }] of files) out.set(path, { bytes: typeof content === 'function' ? await content() : content, mode: gid === undefined ? mode : mode | 0o440 });
  return out;
}

async function filesBelow(dir: string): Promise<string[]> {
  const found = await orMissing(readdir(dir, { recursive: true, withFileTypes: true }));
  return (found ?? []).filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name).slice(dir.length + 1));
}

async function isUnchanged(dir: string, payload: ReadonlyMap<string, Payload>): Promise<boolean> {
  const present = await filesBelow(dir);
  if (present.length !== payload.size) return false;
  for (const [path, { bytes, mode }] of payload) {
    const [content, info] = [await orMissing(readFile(join(dir, path))), await orMissing(stat(join(dir, path)))];
    if (!content || !info || !content.equals(bytes) || (info.mode & 0o777) !== (mode & 0o777)) return false;
  }
  return true;
}

async function writeGeneration(dir: string, payload: ReadonlyMap<string, Payload>, gid: number | undefined): Promise<void> {
  await mkdir(dir);
  await chmod(dir, 0o755);
  for (const [path, { bytes, mode }] of payload) {
    await mkdir(dirname(join(dir, path)), { recursive: true, mode: 0o755 });
    await writeFile(join(dir, path), bytes);
    await chmod(join(dir, path), mode);
    if (gid !== undefined) await chown(join(dir, path), 0, gid);
  }
}

/** One link for each first path segment, to the same name below ..data; links without a target go. */
async function linkNames(dir: string, payload: ReadonlyMap<string, Payload>): Promise<void> {
  const names = new Set([...payload.keys()].map((p) => p.split('/')[0] ?? ''));
  for (const entry of await readdir(dir)) if (!entry.startsWith('..') && !names.has(entry)) await unlink(join(dir, entry));
  for (const name of names) if (!(await orMissing(lstat(join(dir, name))))) await symlink(join(DATA, name), join(dir, name));
}
