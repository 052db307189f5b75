import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CoreV1Api, Exec, KubeConfig, makeInformer, Watch, type V1Pod, type V1Status } from '@kubernetes/client-node';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { until } from '../../harness/until.ts';

let cluster: Cluster;
let config: KubeConfig;
beforeAll(async () => {
  cluster = await startCluster();
  config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
}, 60_000);
afterAll(() => cluster.stop());

const pod = (name: string) => ({ metadata: { namespace: 'default', name }, spec: { containers: [{ name: 'c', image: 'app:1' }] } });

describe('@kubernetes/client-node', () => {
  it('creates and lists', async () => {
    const api = config.makeApiClient(CoreV1Api);
    await api.createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'made' }, data: { a: 'b' } } });
    const { items } = await api.listNamespacedConfigMap({ namespace: 'default', labelSelector: '' });
    expect(items.find((m) => m.metadata?.name === 'made')?.data).toEqual({ a: 'b' });
    await expect(api.readNamespacedConfigMap({ namespace: 'default', name: 'none' })).rejects.toMatchObject({ code: 404 });
  });

  it('watches', async () => {
    const seen = new Promise<string>((resolve, reject) => {
      void new Watch(config).watch('/api/v1/namespaces/default/configmaps', {}, (type, object: { metadata: { name: string } }) => object.metadata.name === 'watched' && resolve(type), (error) => reject(error as Error));
    });
    await config.makeApiClient(CoreV1Api).createNamespacedConfigMap({ namespace: 'default', body: { metadata: { name: 'watched' } } });
    expect(await seen).toBe('ADDED');
  });

  it('keeps an informer', async () => {
    const api = config.makeApiClient(CoreV1Api);
    const informer = makeInformer<V1Pod>(config, '/api/v1/namespaces/default/pods', () => api.listNamespacedPod({ namespace: 'default' }));
    const running = new Promise<void>((resolve) => informer.on('update', (p) => p.metadata?.name === 'informed' && p.status?.phase === 'Running' && resolve()));
    await informer.start();
    await api.createNamespacedPod({ namespace: 'default', body: pod('informed') });
    await running;
    await informer.stop();
  });

  it('runs a command in a container', async () => {
    await config.makeApiClient(CoreV1Api).createNamespacedPod({ namespace: 'default', body: pod('commanded') });
    await until(cluster.client.resource(core.Pod), 'default', 'commanded', (p) => p?.status.phase === 'Running');
    const out = new PassThrough();
    let text = '';
    out.on('data', (d: Buffer) => (text += d.toString()));
    const status = await new Promise<V1Status>((resolve) => void new Exec(config).exec('default', 'commanded', 'c', ['echo', 'from the container'], out, null, null, false, resolve));
    expect(status.status).toBe('Success');
    expect(text).toBe('from the container\n');
  });
});
