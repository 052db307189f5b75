import { describe, expect, it } from '@jest/globals';
import type * as policy from '../../apimachinery/types/policy.gen.ts';
import fit from '../plugins/node-resources-fit.ts';
import { filterNode } from '../schedule-one.ts';
import { nodeInfo, testCycle, testNode, testPod } from '../testing/fixtures.ts';
import type { Pod, PostFilterTools } from './interface.ts';
import { newPodInfo } from './pod-info.ts';
import { byImportance, NO_VICTIMS, pickCandidate, selectVictims, splitByViolation, type Candidate } from './victims.ts';

const pod = (name: string, priority: number, cpu = '1', startTime = '2026-01-01T00:00:00Z'): Pod => ({
  ...testPod(name, { priority, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }] }, { labels: { app: name } }),
  status: { startTime },
});
const budget = (app: string, disruptionsAllowed: number): policy.PodDisruptionBudget =>
  ({ metadata: { name: app, namespace: 'default' }, spec: { selector: { matchLabels: { app } } }, status: { disruptionsAllowed } }) as unknown as policy.PodDisruptionBudget;
const tools: Pick<PostFilterTools, 'filter' | 'plugins'> = { plugins: [fit], filter: (cycle, node) => filterNode(cycle, [fit], node)?.status };
const select = (preemptor: Pod, on: Pod[], budgets: policy.PodDisruptionBudget[] = []): string[] => {
  const node = nodeInfo(testNode('a', { allocatable: { cpu: '4', pods: '10' } }), ...on);
  const found = selectVictims(testCycle(preemptor, [node]), node, budgets, tools);
  return 'victims' in found ? found.victims.map((v) => v.metadata.name) : [...found.reasons];
};

describe('selectVictims', () => {
  it.each([
    { name: 'finds none among equals', preemptor: pod('p', 1), on: [pod('a', 1, '4')], want: [NO_VICTIMS] },
    { name: 'ends no more than needed, the least important', preemptor: pod('p', 9, '1'), on: [pod('a', 3, '2'), pod('b', 1, '2')], want: ['b'] },
    { name: 'ends the one that started last among equals', preemptor: pod('p', 9, '1'), on: [pod('old', 1, '2'), pod('new', 1, '2', '2026-01-02T00:00:00Z')], want: ['new'] },
    { name: 'says why even the empty node would not do', preemptor: pod('p', 9, '3'), on: [pod('high', 10, '2'), pod('low', 1, '2')], want: ['Insufficient cpu'] },
  ])('$name', ({ preemptor, on, want }) => {
    expect(select(preemptor, on)).toEqual(want);
  });

  it('spares a pod whose budget is used up, even for a more important one', () => {
    expect(select(pod('p', 9, '1'), [pod('a', 3, '2'), pod('b', 1, '2')], [budget('b', 0)])).toEqual(['a']);
  });
});

describe('splitByViolation', () => {
  it('lets as many go as the budget allows', () => {
    const { violating, others } = splitByViolation([pod('a', 1), pod('a', 1)].map(newPodInfo), [budget('a', 1)]);
    expect([violating.length, others.length]).toEqual([1, 1]);
  });
});

describe('pickCandidate', () => {
  const candidate = (node: string, violations: number, ...victims: Pod[]): Candidate => ({ node, violations, victims: victims.sort(byImportance) });
  it.each([
    { name: 'fewer violations', list: [candidate('a', 1, pod('x', 1)), candidate('b', 0, pod('y', 5))], want: 'b' },
    { name: 'a less important first victim', list: [candidate('a', 0, pod('x', 5)), candidate('b', 0, pod('y', 1), pod('z', 1))], want: 'b' },
    { name: 'fewer victims', list: [candidate('a', 0, pod('x', 1), pod('w', 1)), candidate('b', 0, pod('y', 1))], want: 'b' },
    { name: 'victims that started later', list: [candidate('a', 0, pod('x', 1)), candidate('b', 0, pod('y', 1, '1', '2026-01-03T00:00:00Z'))], want: 'b' },
  ])('prefers $name', ({ list, want }) => {
    expect(pickCandidate(list)?.node).toBe(want);
  });
});
