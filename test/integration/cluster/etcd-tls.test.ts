import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import type { ClusterOptions } from '../../../cluster/options.ts';
import { newAuthority } from '../../../cluster/pki/certificate.ts';
import { etcdOf } from '../../../cmd/command.ts';
import { UP_FLAGS } from '../../../cmd/flags.ts';
import { Flags } from '../../../component-base/flags.ts';
import { etcdBinaries, TestEtcd } from '../../../storage/etcd/testing.ts';
import { until } from '../../harness/until.ts';

const binary = etcdBinaries().at(-1);

(binary ? describe : describe.skip)('a cluster on an etcd that asks for client certificates', () => {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-etcd-tls-'));
  const file = (name: string): string => join(dir, name);
  let etcd: TestEtcd;
  let cluster: Cluster | undefined;

  /** As `k8ts up` has them from its command line. */
  const options = (...flags: readonly string[]): ClusterOptions => ({
    storage: 'etcd',
    components: ['apiserver'],
    nodes: 0,
    etcd: etcdOf(new Flags(UP_FLAGS, ['--etcd-servers', etcd.endpoint, ...flags])),
  });

  beforeAll(async () => {
    const now = Date.now();
    const [ours, stranger] = [await newAuthority('etcd-ca', now), await newAuthority('strangers', now)];
    const server = await ours.issue({ subject: { commonName: 'etcd' }, usages: ['serverAuth', 'clientAuth'], names: ['127.0.0.1', 'localhost'], days: 1 }, now);
    const client = { subject: { commonName: 'kube-apiserver' }, usages: ['clientAuth'] as const, days: 1 };
    const pairs = { server, client: await ours.issue(client, now), stranger: await stranger.issue(client, now) };
    writeFileSync(file('ca.crt'), ours.cert);
    for (const [name, { cert, key }] of Object.entries(pairs)) {
      writeFileSync(file(`${name}.crt`), cert);
      writeFileSync(file(`${name}.key`), key);
    }
    const tls = ['--client-cert-auth', '--trusted-ca-file', file('ca.crt'), '--cert-file', file('server.crt'), '--key-file', file('server.key')];
    etcd = await TestEtcd.start(binary as NonNullable<typeof binary>, tls, 'https');
  });
  afterAll(async () => {
    await cluster?.stop();
    await etcd.remove();
    rmSync(dir, { recursive: true });
  });

  it('reads, writes and watches with the certificate that the flags name', async () => {
    cluster = await startCluster(options('--etcd-cafile', file('ca.crt'), '--etcd-certfile', file('client.crt'), '--etcd-keyfile', file('client.key')));
    const maps = cluster.client.resource(core.ConfigMap);
    const seen = until(maps, 'default', 'a', (map) => map !== undefined);
    await maps.create({ metadata: { namespace: 'default', name: 'a' }, data: { over: 'TLS' } });
    expect((await seen)?.data).toEqual({ over: 'TLS' });
  });

  it('is refused without a certificate, and with that of a stranger, naming the endpoint', async () => {
    await expect(startCluster(options('--etcd-cafile', file('ca.crt')))).rejects.toThrow(etcd.endpoint);
    await expect(startCluster(options('--etcd-cafile', file('ca.crt'), '--etcd-certfile', file('stranger.crt'), '--etcd-keyfile', file('stranger.key')))).rejects.toThrow(etcd.endpoint);
  });
});
