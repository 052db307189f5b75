/** Reads an lmdb store from another process, whether its own runs or not: lmdb lets several processes read what one writes, each as of one transaction. */
import { existsSync } from 'node:fs';
import { type BackupItem, writeBackup } from '../backup.ts';
import { isStorageError, StorageError } from '../errors.ts';
import type { BackupSummary, ByteSink } from '../interface.ts';
import { damaged } from './damaged.ts';
import { type DataFile, openDataFile, openReadOnly, storePath } from './data-file.ts';
import { KeyIndex } from './key-index.ts';
import { decodeHeader, decodeValue } from './records.ts';

/** Throws Unavailable (no store, or of a newer version) and Corrupt, naming the first damaged key. */
export async function backupLmdb(directory: string, sink: ByteSink): Promise<BackupSummary> {
  const path = storePath(directory);
  if (!existsSync(path)) throw new StorageError('Unavailable', `there is no store at ${path}: name the data directory of a cluster on lmdb`);
  const file = open(directory);
  try {
    return await copy(file, sink);
  } finally {
    await file.close();
  }
}

/** A store that nobody uses is locked and checked; one in use was checked when it was opened. */
function open(directory: string): DataFile {
  try {
    return openDataFile(directory);
  } catch (error) {
    if (!isStorageError(error, 'Locked')) throw error;
    return openReadOnly(directory);
  }
}

async function copy(file: DataFile, sink: ByteSink): Promise<BackupSummary> {
  const transaction = file.env.useReadTransaction();
  try {
    const index = new KeyIndex();
    let revision = Math.max(1, file.readMeta({ transaction }).compacted);
    for (const { key, value } of file.headers.getRange({ start: 1, transaction })) {
      index.apply(decodeHeader(key, value));
      revision = Math.max(revision, key);
    }
    const items = function* (): Generator<BackupItem> {
      for (const [key, entry] of index.now.entries()) {
        const value = decodeValue(entry.revision, file.values.get(entry.revision, { transaction }));
        if (!value) throw damaged(key, entry.revision);
        yield { key, value, ...entry };
      }
    };
    return await writeBackup(revision, items(), sink);
  } finally {
    transaction.done();
  }
}
