import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as apps from '../../../apimachinery/types/apps.gen.ts';
import * as batch from '../../../apimachinery/types/batch.gen.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import * as discovery from '../../../apimachinery/types/discovery.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { until } from '../../harness/until.ts';

let cluster: Cluster;
const namespace = 'default';

beforeAll(async () => {
  cluster = await startCluster({ storage: 'memory', nodes: 0 });
  const capacity = { cpu: '8', memory: '16Gi', pods: '110' };
  await cluster.client.resource(core.Node).create({ metadata: { name: 'made-by-hand' }, status: { capacity, allocatable: capacity } });
  await until(cluster.client.resource(core.ServiceAccount), namespace, 'default', (account) => account !== undefined);
});
afterAll(() => cluster.stop());

const template = (app: string, image: string) => ({ metadata: { labels: { app } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'c', image }] } });

describe('controllers with nodes that no kubelet owns', () => {
  it('roll a Deployment out and over, and list its pods behind a service', async () => {
    const deployments = cluster.client.resource(apps.Deployment);
    await cluster.client.resource(core.Service).create({ metadata: { namespace, name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] } });
    await deployments.create({ metadata: { namespace, name: 'web' }, spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web', 'example/app:1') } });
    await until(deployments, namespace, 'web', (d) => d?.status.availableReplicas === 3);
    await deployments.patch({ namespace, name: 'web' }, { type: 'strategic', body: { spec: { template: { spec: { containers: [{ name: 'c', image: 'example/app:2' }] } } } } });
    const done = await until(deployments, namespace, 'web', (d) => d?.status.observedGeneration === 2 && d.status.updatedReplicas === 3 && d.status.replicas === 3 && d.status.availableReplicas === 3);
    expect(done?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    const sets = (await cluster.client.resource(apps.ReplicaSet).list({ namespace })).items;
    expect(sets.map((s) => s.spec.replicas).sort((a, b) => Number(a) - Number(b))).toEqual([0, 3]);
    const slices = cluster.client.resource(discovery.EndpointSlice);
    const [slice] = (await slices.list({ namespace, labelSelector: 'kubernetes.io/service-name=web' })).items;
    const full = await until(slices, namespace, slice?.metadata.name ?? '', (s) => s?.endpoints?.length === 3 && s.endpoints.every((e) => e.conditions.ready === true));
    expect(full?.ports).toEqual([{ name: '', port: 8080, protocol: 'TCP' }]);
  });

  it('delete what a Deployment owns before the Deployment, when told to', async () => {
    const deployments = cluster.client.resource(apps.Deployment);
    await deployments.delete({ namespace, name: 'web' }, { propagationPolicy: 'Foreground' });
    await until(deployments, namespace, 'web', (d) => d === undefined);
    expect((await cluster.client.resource(apps.ReplicaSet).list({ namespace })).items).toEqual([]);
    expect((await cluster.client.resource(core.Pod).list({ namespace, labelSelector: 'app=web' })).items).toEqual([]);
  });

  it('complete a Job, and count each of its pods once', async () => {
    const jobs = cluster.client.resource(batch.Job);
    await jobs.create({ metadata: { namespace, name: 'idx' }, spec: { completions: 3, parallelism: 3, completionMode: 'Indexed', template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'example/job:1' }] } } } });
    const done = await until(jobs, namespace, 'idx', (j) => j?.status.conditions?.some((c) => c.type === 'Complete') === true);
    expect(done?.status).toMatchObject({ succeeded: 3, completedIndexes: '0-2', uncountedTerminatedPods: {} });
    const pods = (await cluster.client.resource(core.Pod).list({ namespace, labelSelector: 'batch.kubernetes.io/job-name=idx' })).items;
    expect(pods.map((p) => p.metadata.finalizers)).toEqual([undefined, undefined, undefined]);
  });

  it('empty a namespace and let it go', async () => {
    const namespaces = cluster.client.resource(core.Namespace);
    await namespaces.create({ metadata: { name: 'short' } });
    await until(cluster.client.resource(core.ConfigMap), 'short', 'kube-root-ca.crt', (map) => map !== undefined);
    await cluster.client.resource(apps.StatefulSet).create({ metadata: { namespace: 'short', name: 'db' }, spec: { replicas: 1, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template('db', 'example/db:1') } });
    await until(cluster.client.resource(core.Pod), 'short', 'db-0', (pod) => pod?.status.phase === 'Running');
    await namespaces.delete({ namespace: '', name: 'short' });
    await until(namespaces, '', 'short', (ns) => ns === undefined);
    expect((await cluster.client.resource(core.Pod).list({ namespace: 'short' })).items).toEqual([]);
  });
});
