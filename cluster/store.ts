/** Picks and opens the storage driver; a driver that is not used is not loaded. */
import type { Storage } from '../storage/interface.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { ClusterConfig } from './options.ts';
import type { DataDir } from './data-dir.ts';

export async function openStorage(config: ClusterConfig, dir: DataDir | undefined): Promise<Storage> {
  if (config.storage === 'lmdb' && dir) {
    const { LmdbStorage } = await import('../storage/lmdb/lmdb-storage.ts');
    return LmdbStorage.open({ directory: dir.file('store'), clock: config.clock, log: config.log });
  }
  if (config.storage === 'etcd' && config.etcd) {
    const { openEtcdStorage } = await import('../storage/etcd/etcd-storage.ts');
    return openEtcdStorage({ ...config.etcd, clock: config.clock, log: config.log });
  }
  return new MemoryStorage({ clock: config.clock });
}
