import { describe, expect, it } from '@jest/globals';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { container, newPod } from '../testing/pods.ts';
import { admitPod, podRequest } from './admit.ts';

const node = {
  metadata: { name: 'node-1', labels: { 'kubernetes.io/os': 'linux', zone: 'a' } },
  spec: {},
  status: { allocatable: { cpu: '2', memory: '1Gi', pods: '2' }, nodeInfo: { operatingSystem: 'linux' } },
} as unknown as core.Node;
const asking = (requests: Record<string, string>) => ({ containers: [container('main', { resources: { requests } })] });
const onPort = (hostPort: number, hostIP?: string) => ({ containers: [container('main', { ports: [{ containerPort: 80, hostPort, protocol: 'TCP', ...(hostIP !== undefined && { hostIP }) }] })] });

interface Row {
  readonly name: string;
  readonly spec?: Partial<core.PodSpec>;
  readonly others?: readonly Partial<core.PodSpec>[];
  readonly taints?: core.Taint[];
  readonly want: readonly [reason: string, message: string] | undefined;
}

const rows: readonly Row[] = [
  { name: 'a pod that fits', spec: asking({ cpu: '2' }), want: undefined },
  { name: 'too much CPU', spec: asking({ cpu: '1500m' }), others: [asking({ cpu: '600m' })], want: ['OutOfcpu', "Node didn't have enough resource: cpu, requested: 1500, used: 600, capacity: 2000"] },
  { name: 'too much memory', spec: asking({ memory: '2Gi' }), want: ['OutOfmemory', "Node didn't have enough resource: memory, requested: 2147483648, used: 0, capacity: 1073741824"] },
  { name: 'too many pods', others: [{}, {}], want: ['OutOfpods', "Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2"] },
  { name: 'an extended resource that the node does not know', spec: asking({ 'example.com/gpu': '1' }), want: undefined },
  { name: 'another operating system', spec: { os: { name: 'windows' } }, want: ['PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS"] },
  { name: 'a node selector that does not match', spec: { nodeSelector: { zone: 'b' } }, want: ['NodeAffinity', "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"] },
  { name: 'a node affinity that matches', spec: { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] } } } }, want: undefined },
  { name: 'a host port that is taken', spec: onPort(8080, '10.0.0.1'), others: [onPort(8080)], want: ['NodePorts', "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"] },
  { name: 'the same host port on another address', spec: onPort(8080, '10.0.0.1'), others: [onPort(8080, '10.0.0.2')], want: undefined },
  { name: 'a NoExecute taint', taints: [{ key: 'k', effect: 'NoExecute' }], want: ['TaintToleration', "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"] },
  { name: 'a NoExecute taint that is tolerated', spec: { tolerations: [{ key: 'k', operator: 'Exists' }] }, taints: [{ key: 'k', effect: 'NoExecute' }], want: undefined },
  { name: 'a NoSchedule taint', taints: [{ key: 'k', effect: 'NoSchedule' }], want: undefined },
];

describe('admitPod', () => {
  it.each(rows)('decides about $name', ({ spec = {}, others = [], taints = [], want }) => {
    const rejection = admitPod(newPod({ spec }), { ...node, spec: { taints } }, others.map((o) => newPod({ spec: o })));
    expect(rejection && [rejection.reason, rejection.message]).toEqual(want);
  });
});

describe('podRequest', () => {
  const cpu = (name: string, request: string, changes: Partial<core.Container> = {}) => container(name, { resources: { requests: { cpu: request } }, ...changes });
  it.each([
    { name: 'the sum of the containers', spec: { containers: [cpu('a', '1'), cpu('b', '500m')] }, want: 1500 },
    { name: 'the largest init container, when it is more', spec: { initContainers: [cpu('i', '3')], containers: [cpu('a', '1')] }, want: 3000 },
    { name: 'sidecars beside the containers and the later init containers', spec: { initContainers: [cpu('s', '1', { restartPolicy: 'Always' }), cpu('i', '2')], containers: [cpu('a', '1')] }, want: 3000 },
    { name: 'overhead, too', spec: { containers: [cpu('a', '1')], overhead: { cpu: '100m' } }, want: 1100 },
  ])('is $name', ({ spec, want }) => {
    expect(podRequest(newPod({ spec }), 'cpu')).toBe(want);
  });
});
