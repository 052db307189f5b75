import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { realClock } from '../../component-base/clock.ts';
import { BackupReader } from '../backup.ts';
import { restoreInto } from '../restore.ts';
import { runStorageContract } from '../testing/contract.ts';
import { bytesOf, newFixture, projectionOf } from '../cacher/testing.ts';
import { isStorageError } from '../errors.ts';
import { putOrFail, utf8, WatchReader } from '../testing/watching.ts';
import { EtcdConnection } from './connection.ts';
import { EtcdStorage } from './etcd-storage.ts';
import { Encoded } from './grpc/stream.ts';
import { bytes } from './protobuf.ts';
import { type EtcdBinary, etcdBinaries, TestEtcd } from './testing.ts';

const binaries = etcdBinaries();
if (binaries.length === 0) {
  describe('storage contract: etcd', () => {
    it.skip('needs etcd on the PATH or in ETCD_BIN: none was found', () => undefined);
  });
}

let running: TestEtcd[] = [];

async function start(binary: EtcdBinary, extra: readonly string[] = [], scheme = 'http'): Promise<TestEtcd> {
  const etcd = await TestEtcd.start(binary, extra, scheme);
  running.push(etcd);
  return etcd;
}

async function cleanUp(): Promise<void> {
  for (const etcd of running) await etcd.remove();
  running = [];
}

for (const binary of binaries) {
  runStorageContract({
    name: `etcd ${binary.version}`,
    newStorage: async () => (await start(binary)).open(),
    reopen: async () => {
      const etcd = running.at(-1) as TestEtcd;
      await etcd.stop();
      etcd.start();
      return etcd.open();
    },
    restore: async (backup) => {
      const storage = await (await start(binary)).open();
      await restoreInto({ storage, backup: await BackupReader.open([backup]), prefix: '/', bump: 10, now: () => realClock.now() });
      return storage;
    },
    renumbers: true,
    cleanUp,
    skip: [],
  });
}

const newest = binaries.at(-1) as EtcdBinary;
(binaries.length > 0 ? describe : describe.skip)('EtcdStorage', () => {
  afterEach(cleanUp);

  it('says within its time that etcd cannot be reached, naming the endpoints', async () => {
    const opening = EtcdStorage.open({ endpoints: ['http://127.0.0.1:1', 'http://127.0.0.1:2'], clock: realClock, connectTimeoutMs: 300 });
    await expect(opening).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('http://127.0.0.1:1, http://127.0.0.1:2'),
    });
  });

  it('goes on with another member when one is gone, and reports an unknown outcome only when it is', async () => {
    const etcd = await start(newest);
    const storage = await EtcdStorage.open({ endpoints: ['http://127.0.0.1:1', etcd.endpoint], clock: realClock, requestTimeoutMs: 1000 });
    await putOrFail(storage, '/a', '1');
    await etcd.stop();
    await expect(storage.get('/a')).rejects.toMatchObject({ code: 'Unavailable' });
    await expect(storage.put('/b', utf8('1'), 0)).rejects.toMatchObject({ code: 'Unavailable' });
    etcd.start();
    await (await etcd.open()).close();
    expect((await storage.get('/a'))?.key).toBe('/a');
    await storage.close();
  });

  it('reports a value that etcd does not take', async () => {
    const etcd = await start(newest);
    const storage = await etcd.open();
    await expect(storage.put('/a', new Uint8Array(3_000_000), 0)).rejects.toMatchObject({ code: 'TooLarge', key: '/a' });
    await storage.close();
  });

  it('reports an unknown outcome when no answer comes in time', async () => {
    const etcd = await start(newest);
    const storage = await EtcdStorage.open({ endpoints: [etcd.endpoint], clock: realClock, requestTimeoutMs: 300 });
    etcd.signal('SIGSTOP');
    await expect(storage.put('/a', utf8('1'), 0)).rejects.toMatchObject({ code: 'UnknownOutcome', key: '/a', isLate: true });
    await expect(storage.get('/a')).rejects.toMatchObject({ code: 'Unavailable', isLate: true });
    etcd.signal('SIGCONT');
    await storage.close();
  });

  it("says in the words of the member that is left that there is no leader, whatever the connections to the others say", async () => {
    const members = await TestEtcd.startCluster(newest, 3);
    running.push(...members);
    const endpoints = members.map((member) => member.endpoint);
    const storage = await EtcdStorage.open({ endpoints, clock: realClock, requestTimeoutMs: 2000, connectTimeoutMs: 10_000 });
    await putOrFail(storage, '/a', '1');
    for (const member of members.slice(1)) await member.stop();
    const refusal = async (): Promise<{ code: string; message: string }> => {
      const error = await storage.put('/b', utf8('1'), 0).catch((e: unknown) => e);
      return error as { code: string; message: string };
    };
    let refused = await refusal();
    // Until it knows, what was sent to it has an unknown outcome.
    while (refused.code === 'UnknownOutcome') refused = await refusal();
    expect(refused).toMatchObject({ code: 'Unavailable', message: 'etcdserver: no leader', isLate: false });
    await expect(storage.get('/a')).rejects.toMatchObject({ code: 'Unavailable', message: 'etcdserver: no leader' });
    await storage.close();
  });

  it('ends a watch with Unavailable when its member is gone', async () => {
    const etcd = await start(newest);
    const storage = await etcd.open();
    const reader = new WatchReader(storage, 1);
    await putOrFail(storage, '/a', '1');
    await reader.count(1);
    const ended = expect(reader.next()).rejects.toMatchObject({ code: 'Unavailable' });
    await etcd.stop();
    await ended;
    await storage.close();
  });

  it('speaks TLS, and says when it does not trust the certificate', async () => {
    const etcd = await start(newest, ['--auto-tls'], 'https');
    const ca = join(etcd.directory, 'data', 'fixtures', 'client', 'cert.pem');
    const stranger = EtcdStorage.open({ endpoints: [etcd.endpoint], clock: realClock, connectTimeoutMs: 10_000 });
    await expect(stranger).rejects.toMatchObject({ code: 'Unavailable', message: expect.stringMatching(/self.signed certificate/) });
    const storage = await EtcdStorage.open({ endpoints: [etcd.endpoint], clock: realClock, tls: { ca: readFileSync(ca) } });
    await putOrFail(storage, '/a', '1');
    await storage.close();
  });

  it('authenticates with a name and a password', async () => {
    const etcd = await start(newest);
    const connection = new EtcdConnection({ endpoints: [etcd.endpoint], clock: realClock });
    await connection.open();
    const ignored = (): void => undefined;
    const [root, secret] = [Buffer.from('root'), Buffer.from('secret')];
    await connection.call('/etcdserverpb.Auth/UserAdd', new Encoded(Buffer.concat([bytes(1, root), bytes(2, secret)])), 'read', ignored);
    await connection.call('/etcdserverpb.Auth/UserGrantRole', new Encoded(Buffer.concat([bytes(1, root), bytes(2, root)])), 'read', ignored);
    await connection.call('/etcdserverpb.Auth/AuthEnable', new Encoded(Buffer.alloc(0)), 'read', ignored);
    connection.close();
    const options = { endpoints: [etcd.endpoint], clock: realClock };
    await expect(EtcdStorage.open({ ...options, auth: { username: 'root', password: 'wrong' } })).rejects.toThrow('authentication failed');
    const storage = await EtcdStorage.open({ ...options, auth: { username: 'root', password: 'secret' } });
    await putOrFail(storage, '/a', '1');
    const reader = await new WatchReader(storage, 1).count(1);
    await reader.stop();
    await storage.close();
  });

  it('serves the cacher: consistent reads, writes of others, a member that comes back', async () => {
    const etcd = await start(newest);
    const [mine, other] = [await etcd.open(), await etcd.open()];
    const { pods, set, put } = await newFixture({ storage: mine, clock: realClock });
    const record = await put({ name: 'a' });
    await other.put('/registry/pods/b', bytesOf({ name: 'b' }), 0);
    await other.put('/elsewhere', utf8('x'), 0);
    await set.fresh();
    expect(pods.list({ match: {} }).items.map((item) => item.key)).toEqual(['/registry/pods/a', '/registry/pods/b']);
    await etcd.stop();
    etcd.start();
    await (await etcd.open()).close();
    await other.put('/registry/pods/c', bytesOf({ name: 'c' }), 0);
    await set.waitFor(record.revision + 3);
    expect(pods.size).toBe(3);
    await set.close();
    for (const storage of [mine, other]) await storage.close();
  });

  it('survives each member of three in turn: every acknowledged write is in a history without gaps', async () => {
    const members = await TestEtcd.startCluster(newest, 3);
    running.push(...members);
    const endpoints = members.map((member) => member.endpoint);
    const storage = await EtcdStorage.open({ endpoints, clock: realClock, requestTimeoutMs: 2000, connectTimeoutMs: 10_000 });
    const { pods, set } = await newFixture({ storage, clock: realClock });
    const acknowledged = new Map<string, number>();
    const seen: number[] = [];
    pods.onChange(({ revision }) => seen.push(revision));
    let n = 0;
    const write = async (): Promise<boolean> => {
      const name = `p${n++}`;
      const value = bytesOf({ name });
      const request = { key: `/registry/pods/${name}`, value, projection: projectionOf(value), expected: 0 };
      try {
        const result = await pods.put(request);
        if (result.committed) acknowledged.set(request.key, result.record.revision);
        return result.committed;
      } catch (error) {
        if (isStorageError(error, 'UnknownOutcome') || isStorageError(error, 'Unavailable')) return false;
        throw error;
      }
    };
    for (const member of members) {
      await member.stop();
      for (let written = 0; written < 20;) if (await write()) written++;
      member.start();
      for (let written = 0; written < 20;) if (await write()) written++;
    }
    const { items } = await storage.list({ prefix: '/registry/pods/' });
    const newestRevision = Math.max(...items.map((item) => item.revision));
    await set.waitFor(newestRevision);
    const present = new Map(items.map((item) => [item.key, item.revision]));
    expect([...acknowledged].filter(([key, revision]) => present.get(key) !== revision)).toEqual([]);
    expect(seen).toEqual(items.map((item) => item.revision).toSorted((a, b) => a - b));
    expect(pods.size).toBe(items.length);
    await set.close();
    await storage.close();
  });
});
