import { describe, expect, it } from '@jest/globals';
import { NOW } from '../testing/pods.ts';
import { simulatedMachine } from './machine.ts';
import { initialNode, nodeStatus, type NodeInput } from './node.ts';

const input: NodeInput = {
  nodeName: 'node-1',
  machine: simulatedMachine('node-1', { cpus: 4, memoryBytes: 8 * 2 ** 30 }),
  addresses: ['172.31.0.1'],
  port: 10250,
  labels: { pool: 'a' },
  taints: [],
  podCIDR: '10.244.0.0/24',
  runtimeVersion: { runtimeName: 'simulated', runtimeVersion: '1', runtimeApiVersion: 'v1' },
  runtimeConditions: [{ type: 'RuntimeReady', status: true, reason: '', message: '' }],
  images: [{ id: 'i', repoTags: ['busybox:1'], repoDigests: ['busybox@sha256:1'], size: 5, username: '', pinned: false }],
  pressures: { memory: false, disk: false, pid: false },
  reservedMemory: 2 ** 30,
  now: NOW,
};

describe('the Node object', () => {
  it('tells who and what the node is', () => {
    const { metadata, spec, status } = initialNode(input);
    expect(metadata.labels).toEqual({ 'beta.kubernetes.io/arch': 'amd64', 'beta.kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64', 'kubernetes.io/hostname': 'node-1', 'kubernetes.io/os': 'linux', pool: 'a' });
    expect(spec).toEqual({ podCIDR: '10.244.0.0/24', podCIDRs: ['10.244.0.0/24'] });
    expect(status).toMatchObject({
      capacity: { cpu: '4', memory: '8388608Ki', pods: '110' },
      allocatable: { cpu: '4', memory: '7340032Ki', pods: '110' },
      addresses: [{ type: 'InternalIP', address: '172.31.0.1' }, { type: 'Hostname', address: 'node-1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: { kubeletVersion: 'v1.35.4', containerRuntimeVersion: 'simulated://1' },
      images: [{ names: ['busybox@sha256:1', 'busybox:1'], sizeBytes: 5 }],
    });
    expect(status.conditions?.map((c) => `${c.type}=${c.status} ${c.reason}`)).toEqual(['MemoryPressure=False KubeletHasSufficientMemory', 'DiskPressure=False KubeletHasNoDiskPressure', 'PIDPressure=False KubeletHasSufficientPID', 'Ready=True KubeletReady']);
  });

  it('keeps the time of a condition that stays, and conditions of others', () => {
    const before = nodeStatus(input, undefined);
    const foreign = { type: 'NetworkUnavailable', status: 'False', lastHeartbeatTime: null, lastTransitionTime: null };
    const later = nodeStatus({ ...input, now: NOW + 60_000, pressures: { memory: true, disk: false, pid: false } }, { ...before, conditions: [...(before.conditions ?? []), foreign] });
    const timeOf = (type: string) => later.conditions?.find((c) => c.type === type)?.lastTransitionTime;
    expect([timeOf('Ready'), timeOf('MemoryPressure'), timeOf('NetworkUnavailable')]).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z', null]);
  });

  it('is not ready while its runtime is not, and says why', () => {
    const status = nodeStatus({ ...input, runtimeConditions: [{ type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady', message: 'cni config uninitialized' }] }, undefined);
    expect(status.conditions?.find((c) => c.type === 'Ready')).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni config uninitialized' });
  });
});
