import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../pods/conditions.ts';
import { AddressPool } from './address-pool.ts';
import { isSimulated, readyNodeStatus, type Node } from './node-stages.ts';
import { completeStatus, readyStatus, stageOf } from './pod-stages.ts';

const NOW = Date.UTC(2026, 0, 1);
const pod = (status: object, metadata: object = {}, spec: object = {}): Pod => ({ metadata: { name: 'p', ...metadata }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec }, status }) as unknown as Pod;
const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: 't' };

describe('the stages of a simulated pod', () => {
  it('follow one another', () => {
    const job = { ownerReferences: [{ kind: 'Job' }] };
    expect(stageOf(pod({ phase: 'Pending' }))).toBe('ready');
    expect(stageOf(pod({ phase: 'Running', podIP: '10.0.0.2' }))).toBe('rest');
    expect(stageOf(pod({ phase: 'Running', podIP: '10.0.0.2' }, job))).toBe('complete');
    expect(stageOf(pod({ phase: 'Succeeded', podIP: '10.0.0.2' }, job))).toBe('rest');
    expect(stageOf(pod({ phase: 'Running' }, { deletionTimestamp: 'now' }))).toBe('delete');
  });

  it('leave what upstream\'s simulator leaves', () => {
    const ready = readyStatus(pod({ phase: 'Pending', conditions: [scheduled] }), ['10.0.0.2'], NOW);
    expect(ready.conditions?.map((c) => c?.type)).toEqual(['Initialized', 'Ready', 'ContainersReady', 'PodScheduled']);
    expect(ready.containerStatuses).toEqual([{ image: 'i', imageID: '', lastState: {}, name: 'c', restartCount: 0, ready: true, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } }]);
    expect(ready).toMatchObject({ phase: 'Running', podIP: '10.0.0.2', podIPs: [{ ip: '10.0.0.2' }], startTime: '2026-01-01T00:00:00Z' });
    const complete = completeStatus(pod({ phase: 'Running' }), NOW);
    expect(complete.containerStatuses?.[0]).toMatchObject({ ready: false, started: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } });
  });

  it('end init containers and keep sidecars running', () => {
    const ready = readyStatus(pod({ phase: 'Pending' }, {}, { initContainers: [{ name: 'a', image: 'i' }, { name: 'b', image: 'i', restartPolicy: 'Always' }] }), ['10.0.0.2'], NOW);
    expect(ready.initContainerStatuses?.map((s) => Object.keys(s?.state ?? {}))).toEqual([['terminated'], ['running']]);
  });
});

describe('simulated nodes', () => {
  const node = (status: object): Node => ({ metadata: { name: 'n', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: {}, status }) as unknown as Node;
  it('are those that no kubelet registered', () => {
    expect(isSimulated(node({}))).toBe(true);
    expect(isSimulated(node({ daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } }))).toBe(false);
  });

  it('keep what their creator said', () => {
    const status = readyNodeStatus(node({ capacity: { cpu: '8' }, allocatable: { cpu: '7' }, nodeInfo: { kernelVersion: '6.1.0' } }), '10.0.0.1', NOW);
    expect(status).toMatchObject({ capacity: { cpu: '8' }, allocatable: { cpu: '7' }, nodeInfo: { kernelVersion: '6.1.0', operatingSystem: 'linux' }, phase: 'Running' });
    expect(status.conditions?.map((c) => `${c?.type}=${c?.status}`)).toEqual(['Ready=True', 'MemoryPressure=False', 'DiskPressure=False', 'PIDPressure=False', 'NetworkUnavailable=False']);
  });
});

describe('AddressPool', () => {
  it('gives each address once, and again when it was given back', () => {
    const pool = new AddressPool();
    pool.take('10.1.0.3');
    const all = [1, 2, 3, 4].map(() => pool.allocate('10.1.0.0/29'));
    expect(all).toEqual(['10.1.0.2', '10.1.0.4', '10.1.0.5', '10.1.0.6']);
    expect(pool.allocate('10.1.0.0/29')).toMatch(/^100\.64\./);
    pool.give('10.1.0.4');
    expect(pool.allocate('10.1.0.0/29')).toBe('10.1.0.4');
  });

  it('gives IPv6 addresses', () => {
    expect(new AddressPool().allocate('fd00:1::/64')).toBe('fd00:1::2');
  });
});
