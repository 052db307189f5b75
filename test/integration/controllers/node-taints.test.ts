import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as core from '../../../apimachinery/types/core.gen.ts';
import { startCluster, type Cluster } from '../../../cluster/index.ts';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster({ nodes: 0 });
}, 60_000);
afterAll(() => cluster.stop());

describe('a node that is cordoned', () => {
  it('is tainted, and free again when it is uncordoned', async () => {
    const nodes = cluster.client.resource(core.Node);
    const key = { namespace: '', name: 'cordoned' };
    await nodes.create({ metadata: { name: key.name } });
    const isTainted = (node: { readonly spec: { readonly taints?: readonly { readonly key: string }[] } }): boolean => node.spec.taints?.some((t) => t.key === 'node.kubernetes.io/unschedulable') === true;
    const becomes = async (wanted: boolean): Promise<boolean> => {
      for await (const events of nodes.watch({ fieldSelector: 'metadata.name=cordoned', resourceVersion: '0' })) if (events.some((e) => isTainted(e.object) === wanted && (e.object.spec.unschedulable === true) === wanted)) return true;
      return false;
    };
    await nodes.patch(key, { type: 'merge', body: { spec: { unschedulable: true } } });
    expect(await becomes(true)).toBe(true);
    await nodes.patch(key, { type: 'merge', body: { spec: { unschedulable: null } } });
    expect(await becomes(false)).toBe(true);
  }, 30_000);
});
