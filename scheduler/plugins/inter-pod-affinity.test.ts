import { describe, expect, it } from '@jest/globals';
import type { Cycle, Pod } from '../framework/interface.ts';
import { newPodInfo } from '../framework/pod-info.ts';
import { withoutPod, type NodeInfo } from '../framework/node-info.ts';
import { nodeInfo, testCycle, testNode, testPod } from '../testing/fixtures.ts';
import plugin, { AFFINITY, ANTI_AFFINITY, EXISTING_ANTI_AFFINITY } from './inter-pod-affinity.ts';

const ZONE = 'topology.kubernetes.io/zone';
const term = (app: string, over: object = {}): object => ({ labelSelector: { matchLabels: { app } }, topologyKey: ZONE, ...over });
const affinity = (kind: 'podAffinity' | 'podAntiAffinity', ...terms: object[]): object => ({ affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } } });
const preferred = (kind: 'podAffinity' | 'podAntiAffinity', weight: number, podAffinityTerm: object): object => ({
  affinity: { [kind]: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm }] } },
});
const app = (name: string, spec: object = {}, namespace = 'default'): Pod => testPod(name, spec, { labels: { app: name }, namespace });
const zone = (name: string, z: string, ...pods: Pod[]): NodeInfo => nodeInfo(testNode(name, { labels: { [ZONE]: z } }), ...pods);
const namespace = (name: string, labels: object): object => ({ kind: 'Namespace', metadata: { name, labels } });

function verdicts(cycle: Cycle): string[] {
  if (plugin.preFilter(cycle)?.status?.code === 'Skip') return cycle.snapshot.nodes.map(() => 'skipped');
  return cycle.snapshot.nodes.map((n) => plugin.filter(cycle, n)?.reasons[0] ?? 'fits');
}

describe('InterPodAffinity', () => {
  const nodes = [zone('a', '1', app('db')), zone('b', '1'), zone('c', '2')];
  it.each([
    { name: 'lets a pod go anywhere that asks for nothing', pod: app('p'), want: ['skipped', 'skipped', 'skipped'] },
    { name: 'brings a pod into the domain of the one it wants', pod: app('p', affinity('podAffinity', term('db'))), want: ['fits', 'fits', AFFINITY] },
    { name: 'keeps a pod out of the domain of the one it avoids', pod: app('p', affinity('podAntiAffinity', term('db'))), want: [ANTI_AFFINITY, ANTI_AFFINITY, 'fits'] },
    { name: 'does not find pods of other namespaces', pod: app('p', affinity('podAffinity', term('db')), 'other'), want: [AFFINITY, AFFINITY, AFFINITY] },
    { name: 'finds pods of a namespace that a term names', pod: app('p', affinity('podAffinity', term('db', { namespaces: ['default'] })), 'other'), want: ['fits', 'fits', AFFINITY] },
    { name: 'finds pods of namespaces by their labels', pod: app('p', affinity('podAffinity', term('db', { namespaceSelector: { matchLabels: { team: 'x' } } })), 'other'), want: ['fits', 'fits', AFFINITY] },
    { name: 'needs the label of the topology', pod: app('p', affinity('podAffinity', term('db', { topologyKey: 'rack' }))), want: [AFFINITY, AFFINITY, AFFINITY] },
    { name: 'lets the first of a group in', pod: app('web', affinity('podAffinity', term('web'))), want: ['fits', 'fits', 'fits'] },
  ])('$name', ({ pod, want }) => {
    expect(verdicts(testCycle(pod, nodes, [namespace('default', { team: 'x' }), namespace('other', {})]))).toEqual(want);
  });

  it('heeds what pods on nodes demand of newcomers', () => {
    const lonely = app('lonely', affinity('podAntiAffinity', term('p')));
    expect(verdicts(testCycle(app('p'), [zone('a', '1', lonely), zone('b', '2')]))).toEqual([EXISTING_ANTI_AFFINITY, 'fits']);
  });

  it('forgets a pod that preemption takes away, in that trial alone', () => {
    const db = app('db');
    const node = zone('a', '1', db);
    const cycle = testCycle(app('p', affinity('podAntiAffinity', term('db'))), [node]);
    plugin.preFilter(cycle);
    const trial = { ...cycle, state: cycle.state.clone() };
    plugin.removePod(trial, newPodInfo(db), withoutPod(node, 'uid-db'));
    expect([plugin.filter(trial, node)?.reasons[0], plugin.filter(cycle, node)?.reasons[0]]).toEqual([undefined, ANTI_AFFINITY]);
  });

  it.each([
    { name: 'prefers to be near', pod: app('p', preferred('podAffinity', 10, term('db'))), want: [100, 0] },
    { name: 'prefers to be far', pod: app('p', preferred('podAntiAffinity', 10, term('db'))), want: [0, 100] },
  ])('$name', ({ pod, want }) => {
    const cycle = testCycle(pod, [zone('a', '1', app('db')), zone('c', '2')]);
    expect(plugin.preScore(cycle)).toBeUndefined();
    const scores = cycle.snapshot.nodes.map((n) => plugin.score(cycle, n));
    plugin.normalizeScore(cycle, cycle.snapshot.nodes, scores);
    expect(scores).toEqual(want);
  });

  it('has no say about scores when nobody has a preference', () => {
    expect(plugin.preScore(testCycle(app('p'), nodes))?.code).toBe('Skip');
  });
});
