import { describe, expect, it } from '@jest/globals';
import type { Node } from '../node/taints.ts';
import type { Pod } from '../pods/conditions.ts';
import { countDaemons, manage, rollOut, type Daemons } from './plan.ts';
import { daemonPod, placement, targetNode, type DaemonSet } from './placement.ts';

const ds = (updateStrategy: object = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, spec: object = {}): DaemonSet => ({ metadata: { name: 'd', namespace: 'a', uid: 'd' }, spec: { updateStrategy, template: { metadata: { labels: {} }, spec } } }) as unknown as DaemonSet;
const node = (name: string, taints: object[] = []): Node => ({ metadata: { name, labels: {} }, spec: { taints }, status: {} }) as unknown as Node;
const pod = (name: string, hash: string, more: { ready?: boolean; phase?: string; gone?: boolean } = {}): Pod =>
  ({ metadata: { name, uid: name, creationTimestamp: name, labels: { 'controller-revision-hash': hash }, ...(more.gone && { deletionTimestamp: 'now' }) }, spec: { nodeName: 'n' }, status: { phase: more.phase ?? 'Running', conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }] } }) as unknown as Pod;
const daemons = (set: DaemonSet, nodes: readonly Node[], pods: Record<string, readonly Pod[]>): Daemons => ({ ds: set, nodes, pods: new Map(Object.entries(pods)), hash: 'new', now: 0, mayReplace: () => true });
const plan = ({ create, remove }: { create: readonly string[]; remove: readonly Pod[] }) => ({ create, remove: remove.map((p) => p.metadata.name) });

describe('placement', () => {
  it('tolerates what daemons always do, and leaves where pods are evicted', () => {
    expect(placement(ds(), node('n', [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }, { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]))).toEqual({ runs: true, stays: true });
    expect(placement(ds(), node('n', [{ key: 'x', effect: 'NoSchedule' }]))).toEqual({ runs: false, stays: true });
    expect(placement(ds(), node('n', [{ key: 'x', effect: 'NoExecute' }]))).toEqual({ runs: false, stays: false });
    expect(placement(ds(undefined, { nodeSelector: { a: 'b' } }), node('n'))).toEqual({ runs: false, stays: false });
  });

  it('makes pods for one node', () => {
    expect(targetNode(daemonPod(ds(), 'new', 'n7') as unknown as Pod)).toBe('n7');
  });
});

describe('manage', () => {
  it('wants one pod on each node, and none on others', () => {
    const d = daemons(ds(), [node('a'), node('b'), node('c', [{ key: 'x', effect: 'NoExecute' }])], { b: [pod('1', 'new'), pod('2', 'new')], c: [pod('3', 'new')] });
    expect(plan(manage(d))).toEqual({ create: ['a'], remove: ['2', '3'] });
  });

  it('replaces pods that ended', () => {
    const d = daemons(ds(), [node('a')], { a: [pod('1', 'new', { phase: 'Failed' })] });
    expect(plan(manage(d))).toEqual({ create: [], remove: ['1'] });
    expect(plan(manage({ ...d, mayReplace: () => false }))).toEqual({ create: [], remove: [] });
  });
});

describe('rollOut', () => {
  it('takes no more than may be unavailable, and what does not serve anyway', () => {
    const nodes = [node('a'), node('b'), node('c')];
    expect(plan(rollOut(daemons(ds(), nodes, { a: [pod('1', 'old')], b: [pod('2', 'old')], c: [pod('3', 'old')] })))).toEqual({ create: [], remove: ['1'] });
    expect(plan(rollOut(daemons(ds(), nodes, { a: [pod('1', 'new', { ready: false })], b: [pod('2', 'old')], c: [pod('3', 'old')] })))).toEqual({ create: [], remove: [] });
    expect(plan(rollOut(daemons(ds(), nodes, { a: [pod('1', 'old', { ready: false })], b: [pod('2', 'old')], c: [pod('3', 'new')] })))).toEqual({ create: [], remove: ['1'] });
  });

  it('makes new pods beside the old with a surge, and drops the old when the new serve', () => {
    const surge = ds({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    const nodes = [node('a'), node('b')];
    expect(plan(rollOut(daemons(surge, nodes, { a: [pod('1', 'old')], b: [pod('2', 'old')] })))).toEqual({ create: ['a'], remove: [] });
    expect(plan(rollOut(daemons(surge, nodes, { a: [pod('1', 'old'), pod('3', 'new')], b: [pod('2', 'old')] })))).toEqual({ create: ['b'], remove: ['1'] });
    expect(plan(rollOut(daemons(surge, nodes, { a: [pod('1', 'old'), pod('3', 'new', { ready: false })], b: [pod('2', 'old')] })))).toEqual({ create: [], remove: [] });
  });
});

describe('countDaemons', () => {
  it('tells wanted, placed, misplaced, ready and updated pods apart', () => {
    const d = daemons(ds(), [node('a'), node('b'), node('c', [{ key: 'x', effect: 'NoSchedule' }])], { a: [pod('1', 'old')], c: [pod('2', 'new')] });
    expect(countDaemons(d)).toEqual({ desiredNumberScheduled: 2, currentNumberScheduled: 1, numberMisscheduled: 1, numberReady: 1, updatedNumberScheduled: 0, numberAvailable: 1, numberUnavailable: 1 });
  });
});
