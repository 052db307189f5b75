import { describe, expect, it } from '@jest/globals';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { Pod, PodStatus } from '../container/pod.ts';
import { container, newPod, runtimeStatus, sandbox } from '../testing/pods.ts';
import { generateAPIPodStatus, type ApiStatusInput } from './api-status.ts';

function generate(pod: Pod, has: readonly string[], changes: Partial<ApiStatusInput> = {}): PodStatus {
  return generateAPIPodStatus({
    pod,
    status: runtimeStatus(pod, has),
    runtimeName: 'simulated',
    failures: new Map(),
    previous: structuredClone(pod.status) as PodStatus,
    podIsTerminal: false,
    hostIPs: ['172.31.0.1'],
    applyProbes({ regular, init }) {
      for (const s of [...regular, ...init]) {
        s.started = s.state.running !== undefined;
        s.ready = s.started || s.state.terminated?.exitCode === 0;
      }
    },
    ...changes,
  });
}

const conditionsOf = (status: PodStatus): Record<string, string> => Object.fromEntries((status.conditions ?? []).map((c) => [c.type, c.reason === undefined ? c.status : `${c.status} ${c.reason}`]));

interface PhaseRow {
  readonly name: string;
  readonly spec?: Partial<core.PodSpec>;
  readonly has: readonly string[];
  readonly terminal?: boolean;
  readonly want: string;
}
const rows: readonly PhaseRow[] = [
  { name: 'nothing has started', has: [], want: 'Pending' },
  { name: 'it runs', has: ['running main'], want: 'Running' },
  { name: 'one of two has not started', spec: { containers: [container('main'), container('other')] }, has: ['running main'], want: 'Pending' },
  { name: 'it will start again', has: ['exited(1) main'], want: 'Running' },
  { name: 'it succeeded on policy OnFailure', spec: { restartPolicy: 'OnFailure' }, has: ['exited(0) main'], want: 'Succeeded' },
  { name: 'it failed on policy OnFailure', spec: { restartPolicy: 'OnFailure' }, has: ['exited(1) main'], want: 'Running' },
  { name: 'it failed on policy Never', spec: { restartPolicy: 'Never' }, has: ['exited(1) main'], want: 'Failed' },
  { name: 'it was stopped and will not start again', has: ['exited(137) main'], terminal: true, want: 'Failed' },
  { name: 'an init container runs', spec: { initContainers: [container('a')] }, has: ['running a'], want: 'Pending' },
  { name: 'an init container failed on policy Never', spec: { restartPolicy: 'Never', initContainers: [container('a')] }, has: ['exited(1) a'], want: 'Failed' },
  { name: 'a sidecar outlives its pod', spec: { restartPolicy: 'Never', initContainers: [container('s', { restartPolicy: 'Always' })] }, has: ['exited(0) main', 'running s'], want: 'Running' },
  { name: 'a sidecar has ended, too', spec: { restartPolicy: 'Never', initContainers: [container('s', { restartPolicy: 'Always' })] }, has: ['exited(0) main', 'exited(137) s'], want: 'Succeeded' },
];

describe('the phase of a pod', () => {
  it.each(rows)('is $want when $name', ({ spec = {}, has, terminal = false, want }) => {
    expect(generate(newPod({ spec }), has, { podIsTerminal: terminal }).phase).toBe(want);
  });

  it('is never left when it is terminal, and keeps its reason', () => {
    const pod = newPod({ status: { phase: 'Failed', reason: 'Evicted', message: 'too much' } });
    expect(generate(pod, ['running main'])).toMatchObject({ phase: 'Failed', reason: 'Evicted', message: 'too much' });
  });

  it('is Failed with the reason of the kubelet that ends it', () => {
    expect(generate(newPod(), ['running main'], { evict: { reason: 'DeadlineExceeded', message: 'too long' } })).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded', message: 'too long' });
  });
});

describe('the status of a pod', () => {
  it('tells of a running pod all that upstream does', () => {
    const status = generate(newPod({ metadata: { generation: 3 } }), ['running main']);
    expect(status).toMatchObject({ observedGeneration: 3, podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }], hostIP: '172.31.0.1', hostIPs: [{ ip: '172.31.0.1' }], qosClass: 'BestEffort' });
    expect(status.containerStatuses).toEqual([
      { name: 'main', state: { running: { startedAt: '2026-01-01T00:00:00Z' } }, lastState: {}, ready: true, started: true, restartCount: 0, image: 'busybox', imageID: 'busybox@sha256:1', containerID: 'simulated://main-1', resources: {} },
    ]);
    expect((status.conditions ?? []).map((c) => c.type)).toEqual(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled']);
    expect(new Set(Object.values(conditionsOf(status)))).toEqual(new Set(['True']));
  });

  it('names what is missing of a pod that has just come', () => {
    const pod = newPod({ spec: { initContainers: [container('a')] } });
    const status = generate(pod, [], { status: runtimeStatus(pod, [], []) });
    expect(conditionsOf(status)).toEqual({ PodReadyToStartContainers: 'False', Initialized: 'False ContainersNotInitialized', Ready: 'False ContainersNotReady', ContainersReady: 'False ContainersNotReady', PodScheduled: 'True' });
    expect(status.conditions?.find((c) => c.type === 'Ready')?.message).toBe('containers with unready status: [main]');
    expect(status.containerStatuses?.[0]?.state).toEqual({ waiting: { reason: 'PodInitializing' } });
  });

  it('shows why a container waits, and how it ended before', () => {
    const failures = new Map([['main', { reason: 'CrashLoopBackOff', message: 'back-off 10s' }]]);
    const [main] = generate(newPod(), ['exited(1) main'], { failures }).containerStatuses ?? [];
    expect(main?.state).toEqual({ waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } });
    expect(main?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error', containerID: 'simulated://main-1' });
  });

  it('takes the last end from the container before', () => {
    const [main] = generate(newPod(), ['running main', 'exited(2) main']).containerStatuses ?? [];
    expect(main?.lastState.terminated).toMatchObject({ exitCode: 2, containerID: 'simulated://main-1' });
  });

  it('counts a container that the runtime has lost as ended', () => {
    const running = { name: 'main', state: { running: { startedAt: null } }, lastState: {}, ready: true, restartCount: 0, image: 'busybox', imageID: '' };
    const [main] = generate(newPod({ status: { phase: 'Running', containerStatuses: [running] } }), []).containerStatuses ?? [];
    expect(main).toMatchObject({ restartCount: 1, lastState: { terminated: { reason: 'ContainerStatusUnknown', exitCode: 137 } } });
  });

  it('waits for readiness gates', () => {
    const pod = newPod({ spec: { readinessGates: [{ conditionType: 'example.com/up' }] } });
    expect(conditionsOf(generate(pod, ['running main'])).Ready).toBe('False ReadinessGatesNotReady');
    const open = newPod({ spec: { readinessGates: [{ conditionType: 'example.com/up' }] }, status: { conditions: [{ type: 'example.com/up', status: 'True', lastProbeTime: null, lastTransitionTime: null }] } });
    expect(conditionsOf(generate(open, ['running main']))).toMatchObject({ 'example.com/up': 'True', Ready: 'True' });
  });

  it('keeps the address of a pod whose sandbox has been stopped', () => {
    const pod = newPod({ spec: { restartPolicy: 'Never' }, status: { phase: 'Running', podIP: '10.244.0.2', podIPs: [{ ip: '10.244.0.2' }] } });
    expect(generate(pod, ['exited(0) main'], { status: runtimeStatus(pod, ['exited(0) main'], [sandbox({ state: 'SANDBOX_NOTREADY', ips: [] })]) }).podIP).toBe('10.244.0.2');
  });

  it("gives a pod with the host's network the node's address", () => {
    const pod = newPod({ spec: { hostNetwork: true } });
    expect(generate(pod, ['running main'], { status: runtimeStatus(pod, ['running main'], [sandbox({ network: 'NODE', ips: [] })]) }).podIP).toBe('172.31.0.1');
  });
});
