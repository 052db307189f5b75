/** The stores that histories are recorded on, and how each of them is killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock } from '../../../component-base/clock.ts';
import type { Rand } from '../../../component-base/rand.ts';
import { breakable } from '../../cacher/breakable.ts';
import { StorageError } from '../../errors.ts';
import { EtcdStorage } from '../../etcd/etcd-storage.ts';
import { type EtcdBinary, TestEtcd } from '../../etcd/testing.ts';
import { MemoryStorage } from '../../memory/memory-storage.ts';
import { RemoteServer } from './remote.ts';
import { type HistoryServer, serve } from './server.ts';

export interface Target {
  readonly name: string;
  /** Clients use them in turn; they change when the target is killed. */
  readonly servers: readonly HistoryServer[];
  /** Kills something and brings it back; resolves when the servers answer again. */
  disturb(rand: Rand): Promise<void>;
  close(): Promise<void>;
}

/** Nothing survives a kill here: its watches are made to fail instead. */
export async function memoryTarget(): Promise<Target> {
  const { storage, breakWatches } = breakable(new MemoryStorage({ clock: realClock }));
  const server = await serve(storage);
  return {
    name: 'memory',
    servers: [server],
    disturb: async () => breakWatches(new StorageError('Unavailable', 'broken by the test')),
    close: () => server.close(),
  };
}

const source = fileURLToPath(import.meta.url);
const program = source.replace(/targets\.(ts|js)$/, 'server-process.$1');
/** Under Jest the sources are run. */
const execArgv = source.endsWith('.ts') ? ['--import', fileURLToPath(new URL('../../lmdb/fixtures/run-typescript.mjs', import.meta.url))] : [];

/** A server in a process of its own, killed with SIGKILL. */
export async function lmdbTarget(): Promise<Target> {
  const root = mkdtempSync(join(tmpdir(), 'k8ts-history-'));
  const start = (): Promise<RemoteServer> => RemoteServer.start(program, [join(root, 'data')], execArgv);
  let server = await start();
  return {
    name: 'lmdb',
    get servers() {
      return [server];
    },
    async disturb() {
      await server.kill();
      server = await start();
    },
    async close() {
      await server.close();
      rmSync(root, { recursive: true });
    },
  };
}

/** Two servers on one etcd cluster, of which a member is killed with SIGKILL and started again. */
export async function etcdTarget(binary: EtcdBinary, size: number): Promise<Target> {
  const members = size === 1 ? [await TestEtcd.start(binary)] : await TestEtcd.startCluster(binary, size);
  const endpoints = members.map((member) => member.endpoint);
  const open = (): Promise<EtcdStorage> => EtcdStorage.open({ endpoints, clock: realClock, requestTimeoutMs: 2000, connectTimeoutMs: 20_000 });
  const servers = [await serve(await open()), await serve(await open())];
  return {
    name: `etcd ${binary.version}, ${size} member${size === 1 ? '' : 's'}`,
    servers,
    async disturb(rand) {
      const member = members[rand.int(members.length)] as TestEtcd;
      await member.stop();
      member.start();
      await (await member.open()).close();
    },
    async close() {
      for (const server of servers) await server.close();
      for (const member of members) await member.remove();
    },
  };
}
