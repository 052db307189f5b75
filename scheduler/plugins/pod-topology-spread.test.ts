import { describe, expect, it } from '@jest/globals';
import type { Cycle, Plugin, Pod } from '../framework/interface.ts';
import { newPodInfo } from '../framework/pod-info.ts';
import { withoutPod, type NodeInfo } from '../framework/node-info.ts';
import { nodeInfo, testCycle, testNode, testPod } from '../testing/fixtures.ts';
import plugin, { newPodTopologySpread, REASON, REASON_LABEL } from './pod-topology-spread.ts';

const ZONE = 'topology.kubernetes.io/zone';
const constraint = (over: object = {}): object => ({ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } }, ...over });
let count = 0;
const web = (labels: object = {}): Pod => testPod(`web-${count++}`, {}, { labels: { app: 'web', ...labels } });
const spread = (...topologySpreadConstraints: object[]): Pod => testPod('p', { topologySpreadConstraints, nodeSelector: undefined }, { labels: { app: 'web', rev: '2' } });
const zone = (name: string, z: string, ...pods: Pod[]): NodeInfo => nodeInfo(testNode(name, { labels: { [ZONE]: z } }), ...pods);

function verdicts(cycle: Cycle): string[] {
  if (plugin.preFilter(cycle)?.status?.code === 'Skip') return ['skipped'];
  return cycle.snapshot.nodes.map((n) => plugin.filter(cycle, n)?.reasons[0] ?? 'fits');
}

function scores(of: Plugin, cycle: Cycle): number[] {
  if (of.preScore?.(cycle, cycle.snapshot.nodes)?.code === 'Skip') return [];
  const all = cycle.snapshot.nodes.map((n) => of.score?.(cycle, n) ?? 0);
  of.normalizeScore?.(cycle, cycle.snapshot.nodes, all);
  return all;
}

describe('PodTopologySpread', () => {
  const nodes = [zone('a', '1', web(), web()), zone('b', '2', web()), nodeInfo(testNode('c'))];
  it.each([
    { name: 'skips pods without constraints', pod: testPod('p'), want: ['skipped'] },
    { name: 'refuses the domain that would be too far ahead', pod: spread(constraint()), want: [REASON, 'fits', REASON_LABEL] },
    { name: 'lets a domain be ahead by as much as allowed', pod: spread(constraint({ maxSkew: 2 })), want: ['fits', 'fits', REASON_LABEL] },
    { name: 'counts missing domains as empty', pod: spread(constraint({ minDomains: 3, maxSkew: 2 })), want: [REASON, 'fits', REASON_LABEL] },
    { name: 'counts only pods with the own value of a key', pod: spread(constraint({ matchLabelKeys: ['rev'] })), want: ['fits', 'fits', REASON_LABEL] },
    { name: 'leaves constraints that are wishes to the score', pod: spread(constraint({ whenUnsatisfiable: 'ScheduleAnyway' })), want: ['skipped'] },
  ])('$name', ({ pod, want }) => {
    expect(verdicts(testCycle(pod, nodes))).toEqual(want);
  });

  it('does not count nodes whose taints the pod would not tolerate, if told so', () => {
    const tainted = nodeInfo(testNode('t', { labels: { [ZONE]: '3' }, spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }));
    const on = [zone('a', '1', web()), zone('b', '2', web()), tainted];
    expect(verdicts(testCycle(spread(constraint()), on)).slice(0, 2)).toEqual([REASON, REASON]);
    expect(verdicts(testCycle(spread(constraint({ nodeTaintsPolicy: 'Honor' })), on)).slice(0, 2)).toEqual(['fits', 'fits']);
  });

  it('follows pods that preemption takes away', () => {
    const extra = web();
    const full = zone('a', '1', web(), extra);
    const cycle = testCycle(spread(constraint()), [full, zone('b', '2', web())]);
    plugin.preFilter(cycle);
    expect(plugin.filter(cycle, full)?.code).toBe('Unschedulable');
    plugin.removePod(cycle, newPodInfo(extra), withoutPod(full, extra.metadata.uid));
    expect(plugin.filter(cycle, full)).toBeUndefined();
  });

  it('prefers the emptier domain and gives nodes outside of any nothing', () => {
    expect(scores(plugin, testCycle(spread(constraint({ whenUnsatisfiable: 'ScheduleAnyway' })), nodes))).toEqual([33, 100, 0]);
  });

  it('spreads the pods of a service over hosts when they ask for nothing', () => {
    const service = { kind: 'Service', metadata: { name: 's', namespace: 'default' }, spec: { selector: { app: 'web' } } };
    const on = [nodeInfo(testNode('a'), web()), nodeInfo(testNode('b'))];
    const [busy = 0, empty = 0] = scores(plugin, testCycle(web(), on, [service]));
    expect(empty).toBeGreaterThan(busy);
    expect(scores(plugin, testCycle(web(), on))).toEqual([]);
  });

  it('takes other defaults, required ones too', () => {
    const own = newPodTopologySpread([{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule' }]);
    const set = { kind: 'ReplicaSet', metadata: { name: 'r', namespace: 'default' }, spec: { selector: { matchLabels: { app: 'web' } } } };
    const owned = testPod('p', {}, { labels: { app: 'web' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'r', controller: true }] });
    const cycle = testCycle(owned, nodes, [set]);
    own.preFilter(cycle);
    expect(nodes.map((n) => own.filter(cycle, n)?.reasons[0])).toEqual([REASON, undefined, REASON_LABEL]);
  });
});
