/** Makes a store from a backup: beside its place first, then moved there as a whole, so that a half-written store is never seen. */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupItem, BackupReader } from '../backup.ts';
import { StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import { type DataFile, openDataFile, syncDirectory } from './data-file.ts';
import { encodeHeader, encodeValue } from './records.ts';

export interface RestoreOptions {
  /** Must not exist or be empty. */
  readonly directory: string;
  readonly backup: BackupReader;
  /** The store's revision is that of the backup and so many more: higher than any that clients have seen since. Watches from before are told that they are too old. */
  readonly bump: number;
}

export interface Restored {
  readonly revision: Revision;
  readonly keys: number;
}

const BATCH = 1000;

/** Throws Unavailable when the directory is not empty, and Corrupt when the backup is damaged; nothing is left behind then. */
export async function restoreLmdb({ directory, backup, bump }: RestoreOptions): Promise<Restored> {
  checkEmpty(directory);
  const beside = `${directory}.restoring`;
  rmSync(beside, { recursive: true, force: true });
  try {
    const restored = await fill(beside, backup, bump);
    checkEmpty(directory);
    renameSync(beside, directory);
    syncDirectory(dirname(directory));
    return restored;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function checkEmpty(directory: string): void {
  if (!existsSync(directory) || readdirSync(directory).length === 0) return;
  throw new StorageError('Unavailable', `${directory} is not empty: restore into another data directory, or move ${join(directory, '*')} away first`);
}

async function fill(directory: string, backup: BackupReader, bump: number): Promise<Restored> {
  const file = openDataFile(directory);
  try {
    const writer = new RestoreWriter(file, backup.revision);
    for await (const item of backup.items()) await writer.add(item);
    return { revision: await writer.finish(bump), keys: writer.keys };
  } finally {
    await file.close();
  }
}

class RestoreWriter {
  readonly #file: DataFile;
  /** Each key has a revision of its own here; where the backup has one for several, the others get new ones above. */
  readonly #taken = new Set<Revision>();
  #highest: Revision;
  #batch: BackupItem[] = [];

  constructor(file: DataFile, revision: Revision) {
    this.#file = file;
    this.#highest = Math.max(1, revision);
  }

  get keys(): number {
    return this.#taken.size;
  }

  async add(item: BackupItem): Promise<void> {
    const revision = this.#taken.has(item.revision) ? ++this.#highest : item.revision;
    this.#taken.add(revision);
    this.#highest = Math.max(this.#highest, revision);
    this.#batch.push({ ...item, revision });
    if (this.#batch.length >= BATCH) await this.#write();
  }

  async finish(bump: number): Promise<Revision> {
    await this.#write();
    const revision = this.#highest + bump;
    await this.#file.env.batch(() => this.#file.writeMeta({ ...this.#file.readMeta(), compacted: revision, swept: revision }));
    return revision;
  }

  async #write(): Promise<void> {
    const items = this.#batch;
    this.#batch = [];
    await this.#file.env.batch(() => {
      for (const { key, value, revision, expiresAt } of items) {
        const header = { key, revision, isDelete: false, previous: 0, ...(expiresAt !== undefined && { expiresAt }) };
        void this.#file.headers.put(revision, encodeHeader(header));
        void this.#file.values.put(revision, encodeValue(revision, value));
      }
    });
  }
}
