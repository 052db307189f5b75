import { afterEach, describe, expect, it } from '@jest/globals';
import { realClock } from '../../component-base/clock.ts';
import { runStorageContract } from '../testing/contract.ts';
import { putOrFail, utf8 } from '../testing/watching.ts';
import { EtcdStorage } from './etcd-storage.ts';
import { type EtcdBinary, etcdBinaries, TestEtcd } from './testing.ts';

const binaries = etcdBinaries();
if (binaries.length === 0) {
  describe('storage contract: etcd', () => {
    it.skip('needs etcd on the PATH or in ETCD_BIN: none was found', () => undefined);
  });
}

let running: TestEtcd[] = [];

async function start(binary: EtcdBinary): Promise<TestEtcd> {
  const etcd = await TestEtcd.start(binary);
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
});
