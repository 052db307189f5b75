import { describe, expect, it } from '@jest/globals';
import type { Cycle, Plugin, Pod } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import { nodeInfo, testCycle, testNode, testPod } from '../testing/fixtures.ts';
import nodeVolumeLimits from './node-volume-limits.ts';
import volumeBinding, { BIND_CONFLICT, NO_VOLUME, NODE_CONFLICT, UNBOUND } from './volume-binding.ts';
import volumeRestrictions, { DISK_CONFLICT, SINGLE_POD_CONFLICT } from './volume-restrictions.ts';
import volumeZone, { REASON as ZONE_REASON } from './volume-zone.ts';

const ZONE = 'topology.kubernetes.io/zone';
const using = (name: string, ...claims: string[]): Pod => testPod(name, { volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) });
const claim = (name: string, spec: object = {}, annotations: object = {}, status: object = {}): object => ({
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '1', annotations },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  status,
});
const bound = (name: string, volumeName: string): object => claim(name, { volumeName }, { 'pv.kubernetes.io/bind-completed': 'yes' });
const on = (host: string): object => ({ required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [host] }] }] } });
const volume = (name: string, spec: object = {}, labels: object = {}): object => ({
  kind: 'PersistentVolume',
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', labels },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], ...spec },
  status: { phase: 'Available' },
});
const late = (name: string, provisioner: string, over: object = {}): object => ({ kind: 'StorageClass', metadata: { name }, provisioner, volumeBindingMode: 'WaitForFirstConsumer', ...over });

/** Each node's reasons, or what preFilter said. */
function verdicts(plugin: Plugin, cycle: Cycle): string[] {
  const first = plugin.preFilter?.(cycle)?.status;
  if (first) return first.code === 'Skip' ? ['skipped'] : [...first.reasons];
  return cycle.snapshot.nodes.map((n) => plugin.filter?.(cycle, n)?.reasons.join(', ') ?? 'fits');
}
const nodes = (...pods: Pod[]): NodeInfo[] => [nodeInfo(testNode('a', { labels: { [ZONE]: '1' } }), ...pods), nodeInfo(testNode('b', { labels: { [ZONE]: '2' } }))];

describe('VolumeBinding', () => {
  it.each([
    { name: 'has no say without claims', objects: [], pod: testPod('p'), want: ['skipped'] },
    { name: 'names a claim that does not exist', objects: [], want: ['persistentvolumeclaim "c" not found'] },
    { name: 'waits for claims that are bound at once', objects: [claim('c')], want: [UNBOUND] },
    { name: 'tells of a lost volume', objects: [claim('c', { volumeName: 'v' }, {}, { phase: 'Lost' })], want: ['persistentvolumeclaim "c" bound to non-existent persistentvolume "v"'] },
    { name: 'goes where the volume of the claim is', objects: [bound('c', 'v'), volume('v', { nodeAffinity: on('b') })], want: [NODE_CONFLICT, 'fits'] },
    { name: 'goes nowhere when the volume is gone', objects: [bound('c', 'v')], want: [NO_VOLUME, NO_VOLUME] },
    { name: 'goes where a free volume is', objects: [claim('c', { storageClassName: 'l' }), late('l', 'kubernetes.io/no-provisioner'), volume('v', { storageClassName: 'l', nodeAffinity: on('a') })], want: ['fits', BIND_CONFLICT] },
    { name: 'goes where a volume can be made', objects: [claim('c', { storageClassName: 'l' }), late('l', 'p', { allowedTopologies: [{ matchLabelExpressions: [{ key: ZONE, values: ['2'] }] }] })], want: [BIND_CONFLICT, 'fits'] },
    { name: 'goes where the claim has been sent already', objects: [claim('c', { storageClassName: 'l' }, { 'volume.kubernetes.io/selected-node': 'a' }), late('l', 'p')], want: ['fits', BIND_CONFLICT] },
  ])('$name', ({ objects, pod = using('p', 'c'), want }) => {
    expect(verdicts(volumeBinding, testCycle(pod, nodes(), objects))).toEqual(want);
  });

  it('does not give one volume to two pods, unless the first gives it back', () => {
    const objects = [claim('c', { storageClassName: 'l' }), claim('d', { storageClassName: 'l' }), late('l', 'kubernetes.io/no-provisioner'), volume('v', { storageClassName: 'l' })];
    const first = testCycle(using('p', 'c'), nodes(), objects);
    verdicts(volumeBinding, first);
    volumeBinding.reserve(first, 'a');
    const second = { ...testCycle(using('q', 'd'), nodes(), objects), handle: first.handle };
    expect(verdicts(volumeBinding, second)).toEqual([BIND_CONFLICT, BIND_CONFLICT]);
    volumeBinding.unreserve(first, 'a');
    expect(verdicts(volumeBinding, second)).toEqual(['fits', 'fits']);
  });
});

describe('VolumeRestrictions', () => {
  const disk = (name: string, readOnly: boolean): Pod => testPod(name, { volumes: [{ name: 'd', gcePersistentDisk: { pdName: 'x', readOnly } }] });
  it.each([
    { name: 'keeps a second writer from a disk', pod: disk('p', false), other: disk('o', true), want: [DISK_CONFLICT, 'fits'] },
    { name: 'lets readers share a disk', pod: disk('p', true), other: disk('o', true), want: ['fits', 'fits'] },
    { name: 'lets one pod alone use a ReadWriteOncePod claim', pod: using('p', 'c'), other: using('o', 'c'), want: [SINGLE_POD_CONFLICT, SINGLE_POD_CONFLICT] },
    { name: 'has no say about other claims', pod: using('p', 'd'), other: using('o', 'd'), want: ['skipped'] },
  ])('$name', ({ pod, other, want }) => {
    expect(verdicts(volumeRestrictions, testCycle(pod, nodes(other), [claim('c', { accessModes: ['ReadWriteOncePod'] }), claim('d')]))).toEqual(want);
  });
});

describe('VolumeZone', () => {
  it.each([
    { name: 'keeps a pod in the zones of its volume', value: '1__3', want: ['fits', ZONE_REASON] },
    { name: 'has no say about a volume without a zone', value: undefined, want: ['skipped'] },
  ])('$name', ({ value, want }) => {
    const objects = [bound('c', 'v'), volume('v', {}, value === undefined ? {} : { [ZONE]: value })];
    expect(verdicts(volumeZone, testCycle(using('p', 'c'), nodes(), objects))).toEqual(want);
  });
});

describe('NodeVolumeLimits', () => {
  const limit = (count: number): object[] => [
    { kind: 'CSINode', metadata: { name: 'a' }, spec: { drivers: [{ name: 'csi.x', nodeID: 'a', allocatable: { count } }] } },
    ...['c', 'd'].flatMap((n) => [bound(n, `v-${n}`), volume(`v-${n}`, { csi: { driver: 'csi.x', volumeHandle: n } })]),
  ];
  it.each([
    { name: 'refuses one volume too many', pod: using('p', 'd'), count: 1, want: ['node(s) exceed max volume count', 'fits'] },
    { name: 'counts a shared volume once', pod: using('p', 'c'), count: 1, want: ['fits', 'fits'] },
    { name: 'fills a node up to its limit', pod: using('p', 'd'), count: 2, want: ['fits', 'fits'] },
  ])('$name', ({ pod, count, want }) => {
    expect(verdicts(nodeVolumeLimits, testCycle(pod, nodes(using('o', 'c')), limit(count)))).toEqual(want);
  });
});
