import { describe, expect, it } from '@jest/globals';
import type { Node, Plugin, Pod } from '../framework/interface.ts';
import { asking, nodeInfo, testCycle, testNode, testPod } from '../testing/fixtures.ts';
import imageLocality, { normalizedImageName } from './image-locality.ts';
import nodeAffinity from './node-affinity.ts';
import nodeName from './node-name.ts';
import nodePorts from './node-ports.ts';
import balanced from './node-resources-balanced-allocation.ts';
import fit from './node-resources-fit.ts';
import nodeUnschedulable from './node-unschedulable.ts';
import schedulingGates from './scheduling-gates.ts';
import taintToleration from './taint-toleration.ts';

function filter(plugin: Plugin, pod: Pod, node: Node, ...on: Pod[]): readonly string[] {
  const info = nodeInfo(node, ...on);
  return plugin.filter?.(testCycle(pod, [info]), info)?.reasons ?? [];
}
const affinity = (required: object[]): object => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: required } } } });
const term = (key: string, operator: string, ...values: string[]): object => ({ matchExpressions: [{ key, operator, values }] });
const hostPort = (port: number, hostIP = ''): object => ({ containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: port, hostIP, protocol: 'TCP' }] }] });

describe('NodeName', () => {
  it('lets a pod that names its node go only there', () => {
    expect(filter(nodeName, testPod('p', { nodeName: 'a' }), testNode('a'))).toEqual([]);
    expect(filter(nodeName, testPod('p', { nodeName: 'a' }), testNode('b'))).toEqual(["node(s) didn't match the requested node name"]);
  });
});

describe('TaintToleration', () => {
  const tainted = testNode('a', { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } });
  it.each([
    { name: 'no toleration', tolerations: [], want: ['node(s) had untolerated taint(s)'] },
    { name: 'an equal one', tolerations: [{ key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' }], want: [] },
    { name: 'another value', tolerations: [{ key: 'k', value: 'w' }], want: ['node(s) had untolerated taint(s)'] },
    { name: 'existence of the key', tolerations: [{ key: 'k', operator: 'Exists' }], want: [] },
    { name: 'everything', tolerations: [{ operator: 'Exists' }], want: [] },
    { name: 'another effect', tolerations: [{ key: 'k', operator: 'Exists', effect: 'NoExecute' }], want: ['node(s) had untolerated taint(s)'] },
  ])('decides with $name', ({ tolerations, want }) => {
    expect(filter(taintToleration, testPod('p', { tolerations }), tainted)).toEqual(want);
  });

  it('prefers the node with fewer taints that ask to be avoided', () => {
    const avoided = nodeInfo(testNode('a', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } }));
    const plain = nodeInfo(testNode('b'));
    const cycle = testCycle(testPod('p'), [avoided, plain]);
    const scores = [taintToleration.score(cycle, avoided), taintToleration.score(cycle, plain)];
    taintToleration.normalizeScore(cycle, [avoided, plain], scores);
    expect(scores).toEqual([0, 100]);
  });
});

describe('NodeUnschedulable', () => {
  it('keeps pods off a cordoned node unless they tolerate it', () => {
    const cordoned = testNode('a', { spec: { unschedulable: true } });
    expect(filter(nodeUnschedulable, testPod('p'), cordoned)).toEqual(['node(s) were unschedulable']);
    expect(filter(nodeUnschedulable, testPod('p', { tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }] }), cordoned)).toEqual([]);
  });
});

describe('NodeAffinity', () => {
  const node = testNode('a', { labels: { zone: 'z1', cores: '8' } });
  const no = ["node(s) didn't match Pod's node affinity/selector"];
  it.each([
    { name: 'a selector that matches', spec: { nodeSelector: { zone: 'z1' } }, want: [] },
    { name: 'a selector that does not', spec: { nodeSelector: { zone: 'z2' } }, want: no },
    { name: 'In', spec: affinity([term('zone', 'In', 'z0', 'z1')]), want: [] },
    { name: 'NotIn', spec: affinity([term('zone', 'NotIn', 'z1')]), want: no },
    { name: 'Exists', spec: affinity([term('zone', 'Exists')]), want: [] },
    { name: 'DoesNotExist', spec: affinity([term('zone', 'DoesNotExist')]), want: no },
    { name: 'Gt', spec: affinity([term('cores', 'Gt', '4')]), want: [] },
    { name: 'Lt of what is no number', spec: affinity([term('zone', 'Lt', '4')]), want: no },
    { name: 'alternatives', spec: affinity([term('zone', 'In', 'z9'), term('cores', 'Exists')]), want: [] },
    { name: 'a field', spec: affinity([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }]), want: [] },
    { name: 'an empty term', spec: affinity([{}]), want: no },
  ])('decides by $name', ({ spec, want }) => {
    expect(filter(nodeAffinity, testPod('p', spec), node)).toEqual(want);
  });
});

describe('NodePorts', () => {
  const no = ["node(s) didn't have free ports for the requested pod ports"];
  it.each([
    { name: 'the same port', other: hostPort(80), want: no },
    { name: 'another port', other: hostPort(81), want: [] },
    { name: 'the same port on another address', mine: hostPort(80, '127.0.0.1'), other: hostPort(80, '127.0.0.2'), want: [] },
    { name: 'any address against one', mine: hostPort(80), other: hostPort(80, '127.0.0.2'), want: no },
  ])('decides with $name taken', ({ mine, other, want }) => {
    expect(filter(nodePorts, testPod('p', mine ?? hostPort(80)), testNode('a'), testPod('o', other))).toEqual(want);
  });
});

describe('NodeResourcesFit', () => {
  it('names every resource that is short', () => {
    const node = testNode('a', { allocatable: { cpu: '1', memory: '1Gi', pods: '1' } });
    expect(filter(fit, asking('p', { cpu: '500m', memory: '2Gi', 'example.com/gpu': '1' }), node, asking('o', { cpu: '600m' }))).toEqual(['Too many pods', 'Insufficient cpu', 'Insufficient memory', 'Insufficient example.com/gpu']);
  });

  it('tells preemption that an empty node would be too small, too', () => {
    const info = nodeInfo(testNode('a', { allocatable: { cpu: '1', pods: '10' } }), asking('o', { cpu: '1' }));
    expect(fit.filter(testCycle(asking('p', { cpu: '2' }), [info]), info)?.code).toBe('UnschedulableAndUnresolvable');
    expect(fit.filter(testCycle(asking('p', { cpu: '1' }), [info]), info)?.code).toBe('Unschedulable');
  });

  it('counts an init container beside the sidecars started before it', () => {
    const pod = testPod('p', {
      initContainers: [
        { name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
        { name: 'i', resources: { requests: { cpu: '2' } } },
      ],
      containers: [{ name: 'c', resources: { requests: { cpu: '500m' } } }],
    });
    expect(filter(fit, pod, testNode('a', { allocatable: { cpu: '3', pods: '10' } }))).toEqual([]);
    expect(filter(fit, pod, testNode('a', { allocatable: { cpu: '2900m', pods: '10' } }))).toEqual(['Insufficient cpu']);
  });

  it('counts what a pod still has while it is made smaller', () => {
    const status = { containerStatuses: [{ name: 'c', allocatedResources: { cpu: '3' } }] };
    const shrinking = { ...asking('o', { cpu: '1' }), status } as unknown as Pod;
    expect(filter(fit, asking('p', { cpu: '2' }), testNode('a', { allocatable: { cpu: '4', pods: '10' } }), shrinking)).toEqual(['Insufficient cpu']);
  });

  it('prefers the emptier node', () => {
    const [empty, busy] = [nodeInfo(testNode('a')), nodeInfo(testNode('b'), asking('o', { cpu: '2', memory: '4Gi' }))];
    const cycle = testCycle(asking('p', { cpu: '1', memory: '2Gi' }), [empty, busy]);
    expect([fit.score(cycle, empty), fit.score(cycle, busy)]).toEqual([75, 25]);
  });
});

describe('NodeResourcesBalancedAllocation', () => {
  it('prefers cpu and memory used to the same degree', () => {
    const node = nodeInfo(testNode('a', { allocatable: { cpu: '4', memory: '4Gi', pods: '10' } }));
    const score = (cpu: string, memory: string): number => balanced.score(testCycle(asking('p', { cpu, memory }), [node]), node);
    expect([score('2', '2Gi'), score('4', '0')]).toEqual([100, 50]);
  });
});

describe('ImageLocality', () => {
  it('prefers a node that has a large image, the less the fewer nodes have it', () => {
    const holder = nodeInfo(testNode('a', { images: [{ names: ['app:1'], sizeBytes: 1000 * 1024 * 1024 }] }));
    const other = nodeInfo(testNode('b'));
    const cycle = testCycle(testPod('p'), [holder, other]);
    expect([imageLocality.score(cycle, holder), imageLocality.score(cycle, other)]).toEqual([48, 0]);
  });

  it('takes an image without a tag for the latest', () => {
    expect([normalizedImageName('a'), normalizedImageName('r:5000/a'), normalizedImageName('a:1')]).toEqual(['a:latest', 'r:5000/a:latest', 'a:1']);
  });
});

describe('SchedulingGates', () => {
  it('keeps a gated pod out of the queue and names its gates', () => {
    expect(schedulingGates.preEnqueue(testPod('p', { schedulingGates: [{ name: 'a' }, { name: 'b' }] }))?.reasons).toEqual(['waiting for scheduling gates: [a b]']);
    expect(schedulingGates.preEnqueue(testPod('p'))).toBeUndefined();
  });
});
