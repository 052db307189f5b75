import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as apiextensions from '../../../apimachinery/types/apiextensions.gen.ts';
import * as apps from '../../../apimachinery/types/apps.gen.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import * as resource from '../../../apimachinery/types/resource.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';
import { until } from '../../harness/until.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ storage: 'memory', nodes: 0 });
});
afterAll(() => cluster.stop());

async function namespaceWithQuota(name: string, hard: Record<string, string>): Promise<void> {
  await cluster.client.resource(core.Namespace).create({ metadata: { name } });
  await until(cluster.client.resource(core.ServiceAccount), name, 'default', (account) => account !== undefined);
  await cluster.client.resource(core.ResourceQuota).create({ metadata: { namespace: name, name: 'quota' }, spec: { hard } });
  await used(name, Object.fromEntries(Object.keys(hard).map((k) => [k, '0'])));
}

/** Resolves when the quota says that so much is used. */
async function used(namespace: string, want: Record<string, string>): Promise<void> {
  await until(cluster.client.resource(core.ResourceQuota), namespace, 'quota', (q) => Object.entries(want).every(([k, v]) => q?.status?.used?.[k] === v));
}

describe('quotas', () => {
  it('hold although pods are created at once, and the ReplicaSet says why one is missing', async () => {
    await namespaceWithQuota('pods', { pods: '4' });
    const sets = cluster.client.resource(apps.ReplicaSet);
    const labels = { app: 'x' };
    await sets.create({ metadata: { namespace: 'pods', name: 'x' }, spec: { replicas: 9, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'example/x:1' }] } } } });
    const set = await until(sets, 'pods', 'x', (s) => s?.status?.conditions?.some((c) => c.type === 'ReplicaFailure') === true && s.status.replicas === 4);
    expect(set?.status?.conditions?.[0]).toMatchObject({ status: 'True', reason: 'FailedCreate' });
    expect((await cluster.client.resource(core.Pod).list({ namespace: 'pods' })).items).toHaveLength(4);
  });

  it('count custom resources, and are told when one goes', async () => {
    const names = { plural: 'gadgets', singular: 'gadget', kind: 'Gadget', listKind: 'GadgetList' };
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }];
    const definitions = cluster.client.resource(apiextensions.CustomResourceDefinition);
    await definitions.create({ metadata: { name: 'gadgets.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names, versions } });
    await until(definitions, '', 'gadgets.example.com', (d) => d?.status?.conditions?.some((c) => c.type === 'Established' && c.status === 'True') === true);
    const counted = 'count/gadgets.example.com';
    await namespaceWithQuota('gadgets', { [counted]: '1' });
    const gadgets = cluster.client.dynamic({ group: 'example.com', version: 'v1', resource: 'gadgets', namespaced: true });
    const gadget = (name: string) => ({ apiVersion: 'example.com/v1', kind: 'Gadget', metadata: { namespace: 'gadgets', name } });
    await gadgets.create(gadget('one'));
    await used('gadgets', { [counted]: '1' });
    await expect(gadgets.create(gadget('two'))).rejects.toThrow('exceeded quota');
    await gadgets.delete({ namespace: 'gadgets', name: 'one' });
    await used('gadgets', { [counted]: '0' });
  });

  it('count the devices that claims ask for, and are told when one goes', async () => {
    const devices = 'gold.deviceclass.resource.k8s.io/devices';
    await namespaceWithQuota('claims', { [devices]: '1', 'count/resourceclaims.resource.k8s.io': '1' });
    const claims = cluster.client.resource(resource.ResourceClaim);
    await claims.create({ metadata: { namespace: 'claims', name: 'one' }, spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gold' } }] } } });
    await used('claims', { [devices]: '1', 'count/resourceclaims.resource.k8s.io': '1' });
    await claims.delete({ namespace: 'claims', name: 'one' });
    await used('claims', { [devices]: '0', 'count/resourceclaims.resource.k8s.io': '0' });
  });
});
