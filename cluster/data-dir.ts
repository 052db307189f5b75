/**
 * The data directory of a cluster: `pki/`, `store/`, `nodes/`, `admin.kubeconfig`, `k8ts.pid`, `k8ts.log`, `cluster.json`. Directories have mode 700, files 600.
 * One process owns it at a time.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { PkiFiles } from './pki/pki.ts';

/** What a running cluster says of itself. */
export interface ClusterInfo {
  readonly pid: number;
  readonly server: string;
  readonly storage: string;
  readonly runtime: string;
  readonly nodes: number;
  readonly startedAt: string;
}

/** A cause and a remedy in one line. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Whether a process of this id exists (it may belong to another user). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

export class DataDir {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  file(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  /** Makes the directory; an unusable one is refused with its cause. */
  prepare(): void {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      for (const sub of ['pki', 'nodes']) mkdirSync(this.file(sub), { recursive: true, mode: 0o700 });
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST' || code === 'ENOTDIR') throw new DataDirError(`data directory ${this.path}: not a directory; choose another with --data-dir`, { cause: error });
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw new DataDirError(`data directory ${this.path}: no permission to write; choose another with --data-dir or change its owner`, { cause: error });
      if (code === 'ENOSPC') throw new DataDirError(`data directory ${this.path}: no space left on the device; free some and start again`, { cause: error });
      throw error;
    }
  }

  /** Takes the directory for this process; refuses when a living process has it. Returns what gives it back. */
  lock(): () => void {
    const file = this.file('k8ts.pid');
    for (let attempt = 0; ; attempt++) {
      try {
        const fd = openSync(file, 'wx', 0o600);
        writeSync(fd, `${process.pid}\n`);
        closeSync(fd);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        const owner = this.ownerPid();
        if (attempt > 0 || (owner !== undefined && owner !== process.pid && isAlive(owner)))
          throw new DataDirError(`data directory ${this.path} is in use by process ${owner ?? 'unknown'}; stop it with "k8ts down --data-dir ${this.path}" or choose another --data-dir`, { cause: error });
        rmSync(file, { force: true });
      }
    }
  }

  /** The process that has the directory, as its file says. */
  ownerPid(): number | undefined {
    const text = this.read('k8ts.pid');
    const pid = Number(text?.trim());
    return text !== undefined && Number.isInteger(pid) && pid > 0 ? pid : undefined;
  }

  info(): ClusterInfo | undefined {
    const text = this.read('cluster.json');
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as ClusterInfo;
    } catch (error) {
      throw new DataDirError(`${this.file('cluster.json')} is damaged; remove it and start the cluster again`, { cause: error });
    }
  }

  read(...parts: readonly string[]): string | undefined {
    const file = this.file(...parts);
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new DataDirError(`${file} cannot be read (${codeOf(error)}); check its owner and mode`, { cause: error });
    }
  }

  /** Replaces a file as a whole: a reader sees the old text or the new one. */
  write(text: string, ...parts: readonly string[]): void {
    const file = this.file(...parts);
    const fresh = `${file}.${process.pid}.tmp`;
    const fd = openSync(fresh, 'w', 0o600);
    try {
      writeSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, file);
  }

  remove(...parts: readonly string[]): void {
    rmSync(this.file(...parts), { force: true, recursive: true });
  }

  exists(): boolean {
    return existsSync(this.path) && statSync(this.path).isDirectory();
  }

  get pkiFiles(): PkiFiles {
    return { read: (name) => this.read('pki', name), write: (name, text) => this.write(text, 'pki', name) };
  }
}
