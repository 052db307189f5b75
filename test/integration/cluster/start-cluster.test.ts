import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as apps from '../../../apimachinery/types/apps.gen.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { until } from '../../harness/until.ts';

const deployment = (name: string, replicas: number) => ({
  metadata: { namespace: 'default', name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'app:1' }] } } },
});

describe('startCluster', () => {
  let cluster: Cluster;
  beforeAll(async () => void (cluster = await startCluster({ nodes: 2 })));
  afterAll(() => cluster.stop());

  it('has nodes that are ready and the namespaces of every cluster', async () => {
    const nodes = await cluster.client.resource(core.Node).list();
    expect(nodes.items.map((n) => [n.metadata.name, n.status.conditions?.find((c) => c.type === 'Ready')?.status])).toEqual([
      ['node-1', 'True'],
      ['node-2', 'True'],
    ]);
    const namespaces = await cluster.client.resource(core.Namespace).list();
    expect(namespaces.items.map((n) => n.metadata.name)).toEqual(['default', 'kube-node-lease', 'kube-public', 'kube-system']);
  });

  it('rolls a Deployment out to running pods on both nodes, and back to nothing', async () => {
    const { client } = cluster;
    await client.resource(apps.Deployment).create(deployment('web', 4));
    const rolled = await until(client.resource(apps.Deployment), 'default', 'web', (d) => d?.status.availableReplicas === 4);
    expect(rolled?.status.conditions?.find((c) => c.type === 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
    const pods = await client.resource(core.Pod).list({ namespace: 'default', labelSelector: 'app=web' });
    expect(new Set(pods.items.map((p) => p.spec.nodeName)).size).toBe(2);
    expect(pods.items.every((p) => p.status.phase === 'Running' && p.status.podIP !== undefined)).toBe(true);
    await client.resource(apps.Deployment).delete({ namespace: 'default', name: 'web' }, { propagationPolicy: 'Background' });
    for (const pod of pods.items) await until(client.resource(core.Pod), 'default', pod.metadata.name, (p) => p === undefined);
  });

  it('returns to its first state, and watches see what that changes', async () => {
    const maps = cluster.client.resource(core.ConfigMap);
    await maps.create({ metadata: { namespace: 'default', name: 'mine' }, data: { a: '1' } });
    const gone = until(maps, 'default', 'mine', (m) => m === undefined);
    await cluster.reset();
    await gone;
    await expect(maps.get({ namespace: 'default', name: 'mine' })).rejects.toThrow('configmaps "mine" not found');
    await maps.create({ metadata: { namespace: 'default', name: 'mine' } });
  });

  it('refuses options that cannot be', async () => {
    await expect(startCluster({ storage: 'etcd' })).rejects.toThrow('etcd-servers is empty');
    await expect(startCluster({ runtime: 'docker' as 'simulated' })).rejects.toThrow('runtime: "docker" is not supported; use one of simulated, containerd');
    await expect(startCluster({ nodes: -1 })).rejects.toThrow('nodes: -1 is not a whole number');
  });

  it('names the port that is taken', async () => {
    const port = Number(new URL(cluster.server).port);
    await expect(startCluster({ port })).rejects.toThrow(new RegExp(`${port}.*in use`));
  });
});
