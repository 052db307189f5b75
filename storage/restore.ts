/**
 * Fills an empty store through its port: for etcd, whose revisions nobody can set. Until all is there, a mark stands below the prefix; a server that finds it does
 * not start, and another restore begins anew. Neighbour: storage/lmdb/restore.ts, which makes the store's file.
 */
import type { BackupItem, BackupReader } from './backup.ts';
import { StorageError } from './errors.ts';
import type { Revision, Storage, StoredValue } from './interface.ts';

export interface RestoreIntoOptions {
  readonly storage: Storage;
  readonly backup: BackupReader;
  /** `/registry/`: nothing may stand below it, and every key of the backup must. */
  readonly prefix: string;
  /** The store's revision ends above that of the backup by so many. */
  readonly bump: number;
  /** Milliseconds since the epoch. */
  now(): number;
  onProgress?(text: string): void;
}

const PARALLEL = 256;
const REPORT = 100_000;
const encoder = new TextEncoder();

export const markOf = (prefix: string): string => `${prefix}k8ts.restoring`;

/** Throws Unavailable when a restore has not been finished. */
export async function checkRestored(storage: Storage, prefix: string): Promise<void> {
  if (await storage.get(markOf(prefix)))
    throw new StorageError('Unavailable', `a restore below ${prefix} was interrupted and the store is incomplete: run "k8ts snapshot restore" again`);
}

/** Resolves with the revision and the number of keys. Throws Unavailable when the store is not empty, Corrupt when the backup is damaged: what was written is removed again then. */
export async function restoreInto(options: RestoreIntoOptions): Promise<{ revision: Revision; keys: number }> {
  const { storage, prefix } = options;
  await begin(storage, prefix);
  try {
    const keys = await fill(options);
    await raise(options);
    await remove(storage, markOf(prefix));
    const revision = await storage.currentRevision();
    await storage.compact(revision);
    return { revision, keys };
  } catch (error) {
    await empty(storage, prefix);
    throw error;
  }
}

/** A mark that is there already is that of a restore that did not end: what it wrote is removed. */
async function begin(storage: Storage, prefix: string): Promise<void> {
  if (await storage.get(markOf(prefix))) await empty(storage, prefix);
  const { count } = await storage.list({ prefix }, { limit: 1 });
  if (count > 0) throw new StorageError('Unavailable', `the store is not empty: ${count} keys stand below ${prefix}; restore into an empty store`);
  await create(storage, { key: markOf(prefix), value: encoder.encode('{}'), revision: 0 }, {});
}

async function empty(storage: Storage, prefix: string): Promise<void> {
  const { items } = await storage.list({ prefix });
  const mark = markOf(prefix);
  await inParallel(items.filter(({ key }) => key !== mark), (item) => expectCommitted(storage.delete(item.key, item.revision), item));
  await remove(storage, mark);
}

async function remove(storage: Storage, key: string): Promise<void> {
  const current = await storage.get(key);
  if (current) await expectCommitted(storage.delete(key, current.revision), current);
}

async function expectCommitted(change: ReturnType<Storage['delete']>, { key }: Pick<StoredValue, 'key'>): Promise<Revision> {
  const result = await change;
  if (!result.committed) throw new StorageError('Unavailable', `${key} was written by somebody else meanwhile: stop every server on this store, then restore again`, { key });
  return result.revision;
}

const create = (storage: Storage, item: BackupItem, options: { ttl?: number }): Promise<Revision> =>
  expectCommitted(storage.put(item.key, item.value, 0, options), item);

async function fill({ storage, backup, prefix, now, onProgress }: RestoreIntoOptions): Promise<number> {
  let keys = 0;
  await inParallel(backup.items(), async (item) => {
    if (!item.key.startsWith(prefix)) throw new StorageError('Unavailable', `the snapshot holds ${item.key}, which is not below ${prefix}: give the prefix it was made with`);
    // What has expired meanwhile gets the shortest life, so that its end is seen.
    const ttl = item.expiresAt === undefined ? {} : { ttl: Math.max(1, Math.ceil((item.expiresAt - now()) / 1000)) };
    await create(storage, item, ttl);
    if (++keys % REPORT === 0) onProgress?.(`${keys} keys written`);
  });
  return keys;
}

/** Writes until the store's revision is high enough: there is no other way on etcd. */
async function raise({ storage, backup, prefix, bump, onProgress }: RestoreIntoOptions): Promise<void> {
  const wanted = backup.revision + bump;
  let reached = await storage.currentRevision();
  const first = reached;
  const lane = async (key: string): Promise<void> => {
    let revision = 0;
    while (reached < wanted) {
      revision = await expectCommitted(storage.put(key, new Uint8Array(0), revision), { key });
      if (Math.floor(revision / REPORT) > Math.floor(reached / REPORT)) onProgress?.(`revision ${revision} of ${wanted}`);
      reached = Math.max(reached, revision);
    }
    await remove(storage, key);
  };
  const lanes = Math.min(PARALLEL, Math.max(0, wanted - first));
  await Promise.all(Array.from({ length: lanes }, (_, i) => lane(`${markOf(prefix)}/${i}`)));
}

/** Calls `run` for each item, many at a time; the first failure ends it once those under way have ended. */
async function inParallel<T>(items: AsyncIterable<T> | Iterable<T>, run: (item: T) => Promise<unknown>): Promise<void> {
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    try {
      while (failures.length === 0) {
        const { done, value } = await iterator.next();
        if (done) return;
        await run(value);
      }
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, lane));
  if (failures.length > 0) throw failures[0];
}
