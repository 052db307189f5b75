/** Snapshots of a cluster's state as files: saved from a store that is in use, restored into an empty one, verified. Between the drivers of storage and `k8ts snapshot`. */
import { closeSync, createReadStream, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../component-base/clock.ts';
import { describeError } from '../component-base/log.ts';
import { BackupReader } from '../storage/backup.ts';
import { isStorageError } from '../storage/errors.ts';
import type { BackupSummary, ByteSink, Revision } from '../storage/interface.ts';
import { restoreInto } from '../storage/restore.ts';
import { DataDir } from './data-dir.ts';
import type { EtcdOptions } from './options.ts';
import { openEtcd } from './store.ts';

/** Where the state of a cluster is kept: an embedded store in a data directory, or etcd. */
export type SnapshotPlace = { readonly dataDir: string } | { readonly etcd: EtcdOptions };

/** A cause and a remedy in one line. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

export interface Verified {
  readonly summary: string;
  /** What is broken, a line each. */
  readonly problems: readonly string[];
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';
const prefixOf = ({ prefix = '/registry' }: EtcdOptions): string => `${prefix}/`;

/** Writes the snapshot beside its place and moves it there when it is whole and on the disk; mode 600. The cluster may run. */
export async function saveSnapshot(place: SnapshotPlace, file: string, clock: Clock): Promise<BackupSummary> {
  const fresh = `${file}.${process.pid}.part`;
  const fd = createFile(fresh, file);
  try {
    const summary = await backupOf(place, clock, (chunk) => writeAll(fd, chunk));
    fsyncSync(fd);
    renameSync(fresh, file);
    return summary;
  } catch (error) {
    rmSync(fresh, { force: true });
    throw codeOf(error) === 'ENOSPC' ? new SnapshotError(`${file} cannot be written: no space left on the disk; free some or choose another`) : error;
  } finally {
    closeSync(fd);
  }
}

function createFile(fresh: string, file: string): number {
  try {
    return openSync(fresh, 'w', 0o600);
  } catch (error) {
    throw new SnapshotError(`${file} cannot be written (${codeOf(error)}): name a file in a directory that exists and is yours`);
  }
}

function writeAll(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at);
}

async function backupOf(place: SnapshotPlace, clock: Clock, sink: ByteSink): Promise<BackupSummary> {
  if ('dataDir' in place) {
    const { backupLmdb } = await import('../storage/lmdb/offline.ts');
    return backupLmdb(new DataDir(place.dataDir).file('store'), sink);
  }
  const storage = await openEtcd(place.etcd, clock);
  try {
    return await storage.backup(sink, { prefix: prefixOf(place.etcd) });
  } finally {
    await storage.close();
  }
}

export interface RestoreSnapshot {
  readonly file: string;
  readonly place: SnapshotPlace;
  /** The new revision is that of the snapshot and so many more. */
  readonly bump: number;
  readonly clock: Clock;
  onProgress?(text: string): void;
}

/** The target must be empty. It holds everything afterwards, or nothing. */
export async function restoreSnapshot({ file, place, bump, clock, onProgress }: RestoreSnapshot): Promise<{ revision: Revision; keys: number }> {
  const backup = await readerOf(file);
  if ('dataDir' in place) return restoreDataDir(place.dataDir, backup, bump);
  const storage = await openEtcd(place.etcd, clock, { isRestoring: true });
  try {
    return await restoreInto({ storage, backup, prefix: prefixOf(place.etcd), bump, now: () => clock.now(), ...(onProgress && { onProgress }) });
  } finally {
    await storage.close();
  }
}

async function restoreDataDir(path: string, backup: BackupReader, bump: number): Promise<{ revision: Revision; keys: number }> {
  const { restoreLmdb } = await import('../storage/lmdb/restore.ts');
  const dir = new DataDir(path);
  dir.prepare();
  const unlock = dir.lock();
  try {
    return await restoreLmdb({ directory: dir.file('store'), backup, bump });
  } finally {
    unlock();
  }
}

async function readerOf(file: string): Promise<BackupReader> {
  try {
    return await BackupReader.open(createReadStream(file, { highWaterMark: 1 << 20 }));
  } catch (error) {
    if (isStorageError(error, 'Corrupt')) throw new SnapshotError(`${file}: ${error.message}; name a file that "k8ts snapshot save" wrote`);
    if (isStorageError(error)) throw new SnapshotError(`${file}: ${error.message}`);
    throw new SnapshotError(`${file} cannot be read (${codeOf(error) || describeError(error)}): name a file that "k8ts snapshot save" wrote`);
  }
}

/** A snapshot, or the data directory of a stopped cluster on lmdb. */
export async function verifySnapshot(path: string): Promise<Verified> {
  if (existsSync(path) && statSync(path).isDirectory()) return verifyDirectory(path);
  const reader = await readerOf(path);
  const problems: string[] = [];
  let [keys, bytes] = [0, 0];
  for await (const { key, value } of reader.items((error) => void problems.push(error.message))) {
    keys++;
    bytes += key.length + value.length;
  }
  return { summary: `snapshot at revision ${reader.revision}, ${keys} keys, ${bytes} bytes`, problems };
}

async function verifyDirectory(path: string): Promise<Verified> {
  const { verifyLmdb } = await import('../storage/lmdb/verify.ts');
  const isStore = basename(path) === 'store' && !existsSync(join(path, 'store')) && existsSync(dirname(path));
  const report = verifyLmdb(isStore ? path : join(path, 'store'));
  const { format, revision, compacted, keys, writes, bytes } = report;
  return { summary: `store of format ${format} at revision ${revision}, compacted at ${compacted}, ${keys} keys, ${writes} writes, ${bytes} bytes`, problems: report.problems };
}
