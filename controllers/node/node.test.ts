import { describe, expect, it } from '@jest/globals';
import { acceptsNode } from './affinity.ts';
import { CidrSet } from './cidr-set.ts';
import { NodeHealth, silentConditions } from './health.ts';
import { taintsOf, tolerates, toleratedFor, wantedTaints, type Node, type Taint } from './taints.ts';
import { taintingRate, zoneState } from './zones.ts';

const NOW = Date.UTC(2026, 0, 1);
const node = (ready: string | undefined, more: { taints?: Taint[]; unschedulable?: boolean; zone?: string; heartbeat?: string } = {}): Node =>
  ({
    metadata: { name: 'n', creationTimestamp: '2025-12-31T23:00:00Z', labels: { 'topology.kubernetes.io/zone': more.zone ?? 'z', disk: 'ssd', cores: '8' } },
    spec: { ...(more.taints && { taints: more.taints }), ...(more.unschedulable && { unschedulable: true }) },
    status: { conditions: ready === undefined ? [] : [{ type: 'Ready', status: ready, lastHeartbeatTime: more.heartbeat ?? 'h' }] },
  }) as unknown as Node;
const keys = (taints: readonly Taint[]): string[] => taints.map((t) => `${t.key.replace('node.kubernetes.io/', '')}:${t.effect}`);

describe('wantedTaints', () => {
  it('follow the conditions', () => {
    expect(keys(wantedTaints(node('True'), true, NOW))).toEqual([]);
    expect(keys(wantedTaints(node('False'), true, NOW))).toEqual(['not-ready:NoSchedule', 'not-ready:NoExecute']);
    expect(keys(wantedTaints(node('Unknown'), false, NOW))).toEqual(['unreachable:NoSchedule']);
    expect(keys(wantedTaints(node('True', { unschedulable: true }), true, NOW))).toEqual(['unschedulable:NoSchedule']);
  });

  it('are those that stand when nothing changes, and others when a node without any gets its first', () => {
    const [plain, cordoned] = [node('True'), node('True', { unschedulable: true })];
    expect(wantedTaints(plain, true, NOW)).toBe(taintsOf(plain));
    expect(wantedTaints(cordoned, true, NOW)).not.toBe(taintsOf(cordoned));
  });

  it('leave those of others, and change their own at once', () => {
    const taints = [{ key: 'mine', effect: 'NoSchedule' }, { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }];
    expect(keys(wantedTaints(node('Unknown', { taints }), false, NOW))).toEqual(['mine:NoSchedule', 'unreachable:NoSchedule', 'unreachable:NoExecute']);
    expect(keys(wantedTaints(node('True', { taints }), true, NOW))).toEqual(['mine:NoSchedule']);
  });
});

describe('tolerations', () => {
  const taint = { key: 'k', value: 'v', effect: 'NoExecute' };
  it.each([
    { name: 'a value', toleration: { key: 'k', value: 'v' }, want: true },
    { name: 'another value', toleration: { key: 'k', value: 'w' }, want: false },
    { name: 'any value', toleration: { key: 'k', operator: 'Exists' }, want: true },
    { name: 'everything', toleration: { operator: 'Exists' }, want: true },
    { name: 'another effect', toleration: { key: 'k', operator: 'Exists', effect: 'NoSchedule' }, want: false },
  ])('match $name: $want', ({ toleration, want }) => {
    expect(tolerates(toleration, taint)).toBe(want);
  });

  it('last as long as the shortest, not at all when one is missing, for ever without an end', () => {
    const other = { key: 'o', effect: 'NoExecute' };
    expect(toleratedFor([{ key: 'k', operator: 'Exists', tolerationSeconds: 5 }, { key: 'o', operator: 'Exists', tolerationSeconds: 3 }], [taint, other])).toBe(3000);
    expect(toleratedFor([{ key: 'k', operator: 'Exists' }], [taint, other])).toBe(0);
    expect(toleratedFor([{ operator: 'Exists' }], [taint, other])).toBe(Infinity);
  });
});

describe('zones', () => {
  it('that are down as a whole are no reason to move pods when all are', () => {
    expect(zoneState([node('False'), node('False')])).toBe('FullDisruption');
    expect(taintingRate([node('False'), node('Unknown')], ':z', 0.1)).toBe(0);
    expect(taintingRate([node('False'), node('True', { zone: 'y' })], ':z', 0.1)).toBe(0.1);
  });

  it('that are mostly down in a small cluster are left alone', () => {
    const nodes = [node('True'), node('False'), node('False'), node('False')];
    expect(zoneState(nodes)).toBe('PartialDisruption');
    expect(taintingRate(nodes, ':z', 0.1)).toBe(0);
  });
});

describe('NodeHealth', () => {
  it('counts from our own clock: a heartbeat or a lease that changed is a sign of life now', () => {
    const health = new NodeHealth();
    expect(health.lastSeen(node('True', { heartbeat: 'a' }), 1000)).toBe(1000);
    expect(health.lastSeen(node('True', { heartbeat: 'a' }), 2000)).toBe(1000);
    expect(health.lastSeen(node('True', { heartbeat: 'b' }), 3000)).toBe(3000);
    health.renewed('n', 4000);
    expect(health.lastSeen(node('True', { heartbeat: 'b' }), 5000)).toBe(4000);
  });

  it('makes all conditions of a silent kubelet unknown, once', () => {
    const silent = silentConditions(node('True'), NOW);
    expect(silent?.map((c) => `${c.type}=${c.status} ${c.reason}`)).toEqual(['Ready=Unknown NodeStatusUnknown', 'MemoryPressure=Unknown NodeStatusNeverUpdated', 'DiskPressure=Unknown NodeStatusNeverUpdated', 'PIDPressure=Unknown NodeStatusNeverUpdated']);
    expect(silentConditions({ ...node('True'), status: { conditions: silent } } as unknown as Node, NOW)).toBeUndefined();
  });
});

describe('CidrSet', () => {
  it('gives out blocks in order, skips those that are held, and ends', () => {
    const set = new CidrSet('10.244.0.0/22', 24);
    expect(set.occupy('10.244.1.0/24')).toBe(true);
    expect([set.allocate(), set.allocate(), set.allocate(), set.allocate()]).toEqual(['10.244.0.0/24', '10.244.2.0/24', '10.244.3.0/24', undefined]);
    set.release('10.244.2.0/24');
    expect(set.allocate()).toBe('10.244.2.0/24');
    expect(set.occupy('10.99.0.0/24')).toBe(false);
  });

  it('cuts IPv6 ranges', () => {
    expect(new CidrSet('fd00:10:244::/56', 64).allocate()).toBe('fd00:10:244::/64');
  });
});

describe('acceptsNode', () => {
  const required = (...matchExpressions: object[]) => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } }) as never;
  it.each([
    { name: 'a label in a list', spec: required({ key: 'disk', operator: 'In', values: ['ssd'] }), want: true },
    { name: 'a label not in a list', spec: required({ key: 'disk', operator: 'NotIn', values: ['ssd'] }), want: false },
    { name: 'a number above', spec: required({ key: 'cores', operator: 'Gt', values: ['4'] }), want: true },
    { name: 'a missing label', spec: required({ key: 'gpu', operator: 'Exists' }), want: false },
    { name: 'a term without requirements', spec: required(), want: false },
    { name: 'a node selector', spec: { nodeSelector: { disk: 'hdd' } } as never, want: false },
  ])('judges $name: $want', ({ spec, want }) => {
    expect(acceptsNode(spec, node('True'))).toBe(want);
  });
});
