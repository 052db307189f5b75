/** One process at a time writes a data directory. The lock is a file that names its process; one whose process is gone is taken over. */
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StorageError } from '../errors.ts';

interface Owner {
  readonly pid: number;
  /** When the process started, so that another one with its number is not taken for it; '' where the system does not tell. */
  readonly started: string;
}

/** The start time of a process in clock ticks since boot; '' when unknown. */
function startOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat === undefined ? '' : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return now === '' || started === '' || now === started;
}

function parseOwner(text: string): Owner | undefined {
  const [pid, started = ''] = text.trim().split(' ');
  return Number(pid) > 0 ? { pid: Number(pid), started } : undefined;
}

export class LockFile {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Throws Locked, naming the directory and the process that holds it. */
  static acquire(directory: string): LockFile {
    const path = join(directory, 'lock');
    const mine = `${path}.${process.pid}`;
    const file = openSync(mine, 'w', 0o600);
    writeSync(file, `${process.pid} ${startOf(process.pid)}\n`);
    closeSync(file);
    try {
      while (!tryLink(mine, path)) removeStale(directory, path);
    } finally {
      unlinkSync(mine);
    }
    return new LockFile(path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** False: the operation failed with this code, which is no error here. */
function unless(code: string, run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return false;
    throw error;
  }
}

const tryLink = (from: string, to: string): boolean => unless('EEXIST', () => linkSync(from, to));
const tryRename = (from: string, to: string): boolean => unless('ENOENT', () => renameSync(from, to));

function removeStale(directory: string, path: string): void {
  const text = readIfThere(path);
  if (text === undefined) return;
  const owner = parseOwner(text);
  if (owner && isAlive(owner)) throw locked(directory, owner.pid);
  const aside = `${path}.stale.${process.pid}`;
  if (!tryRename(path, aside)) return;
  // Another process may have taken over between reading and renaming: then the lock is its.
  const isSame = readIfThere(aside) === text;
  if (!isSame) tryLink(aside, path);
  unlinkSync(aside);
}

function locked(directory: string, pid: number): StorageError {
  const remedy = 'stop it, or choose another data directory; several API servers need etcd';
  return new StorageError('Locked', `the data directory ${directory} is in use by process ${pid}: ${remedy}`);
}
