/** Picks and opens the storage driver; a driver that is not used is not loaded. */
import type { Storage } from '../storage/interface.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import { checkRestored } from '../storage/restore.ts';
import type { ClusterConfig, EtcdOptions } from './options.ts';
import type { Clock } from '../component-base/clock.ts';
import type { DataDir } from './data-dir.ts';

export async function openStorage(config: ClusterConfig, dir: DataDir | undefined): Promise<Storage> {
  if (config.storage === 'lmdb' && dir) {
    const { LmdbStorage } = await import('../storage/lmdb/lmdb-storage.ts');
    return LmdbStorage.open({ directory: dir.file('store'), clock: config.clock, log: config.log });
  }
  if (config.storage === 'etcd' && config.etcd) {
    return openEtcd(config.etcd, config.clock);
  }
  return new MemoryStorage({ clock: config.clock });
}

const bytes = (pem: string | undefined): Uint8Array | undefined => (pem === undefined ? undefined : new TextEncoder().encode(pem));

/** The members of one etcd cluster; throws Unavailable, naming them, when none answers, and when a restore into them has not been finished. */
export async function openEtcd(etcd: EtcdOptions, clock: Clock, { isRestoring = false } = {}): Promise<Storage> {
  const { EtcdStorage } = await import('../storage/etcd/etcd-storage.ts');
  const [ca, cert, key] = [bytes(etcd.ca), bytes(etcd.cert), bytes(etcd.key)];
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const storage = await EtcdStorage.open({ endpoints: etcd.servers, clock, ...((ca ?? cert) && { tls }), ...(etcd.user && { auth: { username: etcd.user.name, password: etcd.user.password } }) });
  if (!isRestoring) await checkRestored(storage, `${etcd.prefix ?? '/registry'}/`);
  return storage;
}
