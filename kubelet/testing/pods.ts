/** Pods and runtime statuses for this folder's tests. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import { hashContainer } from '../container/hash.ts';
import type { PodRuntimeStatus, RuntimeContainerStatus, RuntimeState } from '../container/pod-runtime-status.ts';
import { findContainer, type Pod } from '../container/pod.ts';
import type { PodSandboxStatus } from '../runtime/interface.ts';

export const NOW = Date.UTC(2026, 0, 1);

interface PodChanges {
  readonly metadata?: Partial<core.Pod['metadata']>;
  readonly spec?: Partial<core.PodSpec>;
  readonly status?: Partial<core.PodStatus>;
}

export const container = (name: string, changes: Partial<core.Container> = {}): core.Container => ({ name, image: 'busybox', resources: {}, ...changes });

/** One container `main`, policy Always, unless told. */
export function newPod({ metadata, spec, status }: PodChanges = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'uid-1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z', generation: 1, ...metadata },
    spec: { containers: [container('main')], restartPolicy: 'Always', terminationGracePeriodSeconds: 30, nodeName: 'node-1', enableServiceLinks: true, ...spec },
    status: { phase: 'Pending', ...status },
  };
}

export function sandbox(changes: Partial<PodSandboxStatus> = {}): PodSandboxStatus {
  return { id: 'sandbox-1', metadata: { name: 'web', namespace: 'default', uid: 'uid-1', attempt: 0 }, state: 'SANDBOX_READY', createdAt: NOW, labels: {}, annotations: {}, runtimeHandler: '', ips: ['10.244.0.2'], network: 'POD', ...changes };
}

/** In the runtime: `running main`, `exited(1) main`, … of the pod, the newest first. */
export function runtimeStatus(pod: Pod, texts: readonly string[], sandboxes: readonly PodSandboxStatus[] = [sandbox()]): PodRuntimeStatus {
  const containers = texts.map((text, i): RuntimeContainerStatus => {
    const [, state = '', code = '0', name = ''] = /^(\w+)(?:\((\d+)\))? (.+)$/.exec(text) ?? [];
    const spec = findContainer(pod, name);
    const exited = state === 'exited';
    return { id: `${name}-${texts.length - i}`, sandboxId: 'sandbox-1', name, state: state as RuntimeState, createdAt: NOW - i, startedAt: state === 'created' ? 0 : NOW - i, finishedAt: exited ? NOW : 0, exitCode: Number(code), image: 'busybox', imageRef: 'busybox@sha256:1', hash: spec ? hashContainer(spec) : '', restartCount: 0, reason: exited ? (code === '0' ? 'Completed' : 'Error') : '', message: '' };
  });
  const ready = sandboxes[0]?.state === 'SANDBOX_READY';
  return { ips: ready ? (sandboxes[0]?.ips ?? []) : [], sandboxes, containers };
}
