/** Small pods and nodes for the scheduler's tests. */
import type { ApiObject, Key } from '../../apimachinery/meta.ts';
import type { SharedInformers } from '../../client/interface.ts';
import { FakeClock } from '../../component-base/clock.ts';
import type { Cycle, Node, Pod } from '../framework/interface.ts';
import { newNodeInfo, type NodeInfo } from '../framework/node-info.ts';
import { newPodInfo } from '../framework/pod-info.ts';
import { newCycle } from '../schedule-one.ts';

export function testPod(name: string, spec: object = {}, metadata: object = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { containers: [{ name: 'c', image: 'app:1' }], schedulerName: 'default-scheduler', ...spec },
    status: {},
  } as unknown as Pod;
}

/** A pod that asks for so much. */
export const asking = (name: string, requests: Record<string, string>, spec: object = {}): Pod => testPod(name, { containers: [{ name: 'c', image: 'app:1', resources: { requests } }], ...spec });

export function testNode(name: string, over: { labels?: Record<string, string>; spec?: object; allocatable?: Record<string, string>; images?: object[] } = {}): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, namespace: '', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', labels: { 'kubernetes.io/hostname': name, ...over.labels } },
    spec: over.spec ?? {},
    status: { allocatable: over.allocatable ?? { cpu: '4', memory: '8Gi', pods: '110' }, images: over.images ?? [] },
  } as unknown as Node;
}

export const nodeInfo = (node: Node, ...pods: Pod[]): NodeInfo => newNodeInfo(node, pods.map(newPodInfo));

/** What informers know of one collection. */
const informerOf = (items: readonly ApiObject[]): object => ({
  lister: {
    get: ({ namespace, name }: Key) => items.find((o) => o.metadata.name === name && (o.metadata.namespace ?? '') === (namespace ?? '')),
    list: (namespace?: string) => items.filter((o) => namespace === undefined || o.metadata.namespace === namespace),
  },
});

/** One attempt to place `pod` on `nodes`; informers know `objects` alone. Plug-ins that write fail loudly. */
export function testCycle(pod: Pod, nodes: readonly NodeInfo[], objects: readonly object[] = []): Cycle {
  const refuse = (): never => {
    throw new Error('this test has no cluster');
  };
  const informer = ({ gvk }: { gvk: { kind: string } }): object => informerOf((objects as (ApiObject & { kind: string })[]).filter((o) => o.kind === gvk.kind));
  const informers = { informer, start: refuse, waitForSync: refuse } as unknown as SharedInformers;
  const handle = { client: { resource: refuse, dynamic: refuse, raw: refuse, close: refuse }, informers, clock: new FakeClock() };
  return newCycle(newPodInfo(pod), { nodes, get: (name) => nodes.find((n) => n.name === name) }, handle);
}
