import { describe, expect, it } from '@jest/globals';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { PodSandboxStatus } from '../runtime/interface.ts';
import { container, newPod, runtimeStatus, sandbox } from '../testing/pods.ts';
import { computePodActions } from './pod-actions.ts';
import type { PodActions, ProbeResult } from './actions.ts';

interface Row {
  readonly name: string;
  readonly spec?: Partial<core.PodSpec>;
  readonly deleted?: boolean;
  readonly has: readonly string[];
  readonly sandboxes?: readonly PodSandboxStatus[];
  readonly liveness?: ProbeResult;
  readonly startup?: ProbeResult;
  readonly want: Partial<PodActions>;
}

const idle: PodActions = { killPod: false, createSandbox: false, attempt: 0, sandboxId: 'sandbox-1', initContainersToStart: [], containersToStart: [], ephemeralContainersToStart: [], containersToKill: [] };
const inits = { initContainers: [container('a'), container('b')] };
const sidecar = { initContainers: [container('side', { restartPolicy: 'Always' }), container('b')] };
const notReady = [sandbox({ state: 'SANDBOX_NOTREADY' })];

const rows: readonly Row[] = [
  { name: 'creates a sandbox for a new pod', has: [], sandboxes: [], want: { killPod: true, createSandbox: true, sandboxId: '', containersToStart: ['main'] } },
  { name: 'starts the first init container in a new sandbox', spec: inits, has: [], sandboxes: [], want: { killPod: true, createSandbox: true, sandboxId: '', initContainersToStart: ['a'] } },
  { name: 'does nothing when all runs', has: ['running main'], want: {} },
  { name: 'starts what is missing', has: [], want: { containersToStart: ['main'] } },
  { name: 'starts an ended container again', has: ['exited(1) main'], want: { containersToStart: ['main'] } },
  { name: 'starts a container that was only created', has: ['created main'], want: { containersToStart: ['main'] } },
  { name: 'ends the pod when its only container succeeded on policy OnFailure', spec: { restartPolicy: 'OnFailure' }, has: ['exited(0) main'], want: { killPod: true } },
  { name: 'starts a failed container again on policy OnFailure', spec: { restartPolicy: 'OnFailure' }, has: ['exited(1) main'], want: { containersToStart: ['main'] } },
  { name: 'ends the pod on policy Never', spec: { restartPolicy: 'Never' }, has: ['exited(1) main'], want: { killPod: true } },
  { name: 'keeps the pod while another container runs', spec: { restartPolicy: 'Never', containers: [container('main'), container('other')] }, has: ['exited(1) main', 'running other'], want: {} },
  { name: "follows the container's own policy before the pod's", spec: { restartPolicy: 'Never', containers: [container('main', { restartPolicy: 'Always' })] }, has: ['exited(0) main'], want: { containersToStart: ['main'] } },
  { name: 'restarts by a rule for the exit code', spec: { restartPolicy: 'Never', containers: [container('main', { restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] })] }, has: ['exited(42) main'], want: { containersToStart: ['main'] } },
  { name: 'makes a new sandbox when the one there is is not ready', has: ['exited(137) main'], sandboxes: notReady, want: { killPod: true, createSandbox: true, attempt: 1, containersToStart: ['main'] } },
  { name: 'makes no new sandbox on policy Never', spec: { restartPolicy: 'Never' }, has: ['exited(137) main'], sandboxes: notReady, want: { killPod: true, attempt: 1 } },
  { name: 'makes no new sandbox when everything succeeded on policy OnFailure', spec: { restartPolicy: 'OnFailure' }, has: ['exited(0) main'], sandboxes: notReady, want: { killPod: true, attempt: 1 } },
  { name: 'makes a new sandbox when it has lost its address', has: ['running main'], sandboxes: [sandbox({ ips: [] })], want: { killPod: true, createSandbox: true, attempt: 1, containersToStart: ['main'] } },
  { name: 'kills a container that fails its liveness probe and restarts it', has: ['running main'], liveness: 'failure', want: { containersToStart: ['main'], containersToKill: [{ id: 'main-1', name: 'main', message: 'Container main failed liveness probe, will be restarted', reason: 'LivenessProbe' }] } },
  { name: 'kills a container that fails its liveness probe for good on policy Never', spec: { restartPolicy: 'Never' }, has: ['running main'], liveness: 'failure', want: { killPod: true, containersToKill: [{ id: 'main-1', name: 'main', message: 'Container main failed liveness probe', reason: 'LivenessProbe' }] } },
  { name: 'kills a container that fails its startup probe', has: ['running main'], startup: 'failure', want: { containersToStart: ['main'], containersToKill: [{ id: 'main-1', name: 'main', message: 'Container main failed startup probe, will be restarted', reason: 'StartupProbe' }] } },
  { name: 'waits while an init container runs', spec: inits, has: ['running a'], want: {} },
  { name: 'starts the next init container', spec: inits, has: ['exited(0) a'], want: { initContainersToStart: ['b'] } },
  { name: 'starts the containers after the last init container', spec: inits, has: ['exited(0) b', 'exited(0) a'], want: { containersToStart: ['main'] } },
  { name: 'needs only the last init container to know', spec: inits, has: ['exited(0) b'], want: { containersToStart: ['main'] } },
  { name: 'does not repeat init containers that were removed', spec: inits, has: ['running main'], want: {} },
  { name: 'restarts a failed init container', spec: inits, has: ['exited(1) a'], want: { initContainersToStart: ['a'] } },
  { name: 'ends the pod when an init container fails on policy Never', spec: { ...inits, restartPolicy: 'Never' }, has: ['exited(1) a'], want: { killPod: true } },
  { name: 'goes on once a sidecar has started', spec: sidecar, has: ['running side'], want: { initContainersToStart: ['b'] } },
  { name: "waits for a sidecar's startup probe", spec: { initContainers: [container('side', { restartPolicy: 'Always', startupProbe: {} }), container('b')] }, has: ['running side'], want: {} },
  { name: 'restarts a sidecar beside running containers', spec: sidecar, has: ['running main', 'exited(1) side'], want: { initContainersToStart: ['side'] } },
  { name: 'lets sidecars end with the pod', spec: { ...sidecar, restartPolicy: 'Never' }, has: ['exited(0) main', 'exited(0) b', 'exited(1) side'], want: { killPod: true } },
  { name: 'starts ephemeral containers once', spec: { ephemeralContainers: [container('debug'), container('old')] as core.EphemeralContainer[] }, has: ['running main', 'exited(0) old'], want: { ephemeralContainersToStart: ['debug'] } },
];

describe('computePodActions', () => {
  it.each(rows)('$name', ({ spec = {}, has, sandboxes, liveness, startup, want }) => {
    const pod = newPod({ spec });
    const probes = { liveness: () => liveness, startup: () => startup };
    expect(computePodActions(pod, runtimeStatus(pod, has, sandboxes), probes)).toEqual({ ...idle, ...want });
  });

  it('replaces a container whose image was changed, whatever the policy', () => {
    const before = newPod({ spec: { restartPolicy: 'Never' } });
    const pod = newPod({ spec: { restartPolicy: 'Never', containers: [container('main', { image: 'busybox:2' })] } });
    const { containersToStart, containersToKill } = computePodActions(pod, runtimeStatus(before, ['running main']), { liveness: () => undefined, startup: () => undefined });
    expect(containersToStart).toEqual(['main']);
    expect(containersToKill.map((k) => k.message)).toEqual(['Container main definition changed, will be restarted']);
  });
});
