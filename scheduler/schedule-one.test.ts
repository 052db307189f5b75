import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../component-base/rand.ts';
import { fitMessage } from './framework/fit-error.ts';
import { newPodInfo } from './framework/pod-info.ts';
import { defaultProfile } from './framework/profile.ts';
import plugins from './plugins/index.gen.ts';
import { feasibleNodesToFind, schedulePod, selectHost } from './schedule-one.ts';
import { asking, nodeInfo, testCycle, testNode, testPod } from './testing/fixtures.ts';

const { plugins: all } = defaultProfile(plugins);
const rand = seededRand(1);

describe('schedulePod', () => {
  it('chooses the node with the most room', () => {
    const nodes = [nodeInfo(testNode('a'), asking('o', { cpu: '3', memory: '6Gi' })), nodeInfo(testNode('b'))];
    expect(schedulePod(testCycle(asking('p', { cpu: '500m' }), nodes), all, 0, rand)).toMatchObject({ node: 'b' });
  });

  it('counts the reasons of all nodes, sorted, as upstream words them', () => {
    const nodes = [
      nodeInfo(testNode('a', { spec: { unschedulable: true } })),
      nodeInfo(testNode('b', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })),
      nodeInfo(testNode('c', { allocatable: { cpu: '1', memory: '1Gi', pods: '10' } })),
    ];
    const decision = schedulePod(testCycle(asking('p', { cpu: '2', memory: '2Gi' }), nodes), all, 0, rand);
    if (!('diagnosis' in decision)) throw new Error('the pod was placed');
    expect(fitMessage(decision.diagnosis, 'preemption: none')).toBe(
      '0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable. preemption: none',
    );
    expect([...decision.diagnosis.plugins].sort()).toEqual(['NodeResourcesFit', 'NodeUnschedulable', 'TaintToleration']);
  });

  it('tells a refusal before any node was looked at without counting nodes', () => {
    const decision = schedulePod(testCycle(testPod('p', { resourceClaims: [{ name: 'gpu' }] }), [nodeInfo(testNode('a'))]), all, 0, rand);
    expect('diagnosis' in decision && fitMessage(decision.diagnosis, '')).toBe('0/1 nodes are available: dynamic resource allocation is not supported by this scheduler.');
  });

  it('tells of nodes that a plug-in had no interest in', () => {
    const named = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] };
    const pod = asking('p', { cpu: '9' }, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [named] } } } });
    const decision = schedulePod(testCycle(pod, ['a', 'b', 'c'].map((n) => nodeInfo(testNode(n)))), all, 0, rand);
    expect('diagnosis' in decision && fitMessage(decision.diagnosis, '')).toBe("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].");
  });

  it('leaves room for a more important pod that is nominated to the node, and takes its own nomination', () => {
    const nodes = ['a', 'b'].map((n) => nodeInfo(testNode(n)));
    const cycle = testCycle(asking('p', { cpu: '3' }, { priority: 1 }), nodes);
    const others = new Map([['a', [newPodInfo(asking('vip', { cpu: '3' }, { priority: 2 }))]]]);
    expect(schedulePod({ ...cycle, snapshot: { ...cycle.snapshot, nominated: others } }, all, 0, rand)).toMatchObject({ node: 'b' });
    const nominee = { ...asking('p', { cpu: '3' }), status: { nominatedNodeName: 'b' } };
    expect(schedulePod(testCycle(nominee, nodes), all, 0, rand)).toMatchObject({ node: 'b', evaluated: 0 });
  });

  it('looks at some of many nodes only', () => {
    expect([feasibleNodesToFind(50), feasibleNodesToFind(1000), feasibleNodesToFind(6000)]).toEqual([50, 420, 300]);
  });
});

describe('selectHost', () => {
  it('chooses among the best alone', () => {
    const nodes = ['a', 'b', 'c'].map((n) => nodeInfo(testNode(n)));
    const chosen = new Set(Array.from({ length: 50 }, () => selectHost(nodes, [1, 5, 5], rand)?.name));
    expect(chosen).toEqual(new Set(['b', 'c']));
  });
});
