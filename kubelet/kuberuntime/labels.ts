/** What the kubelet writes on sandboxes and containers, and reads back. Behaves like upstream pkg/kubelet/kuberuntime/labels.go. */
import { hashContainer } from '../container/hash.ts';
import { initContainersOf, isControlledBy, isRestartableInit, type Container, type Pod } from '../container/pod.ts';
import type { StringMap } from '../runtime/interface.ts';

export const POD_NAME = 'io.kubernetes.pod.name';
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
export const POD_UID = 'io.kubernetes.pod.uid';
export const CONTAINER_NAME = 'io.kubernetes.container.name';
export const HASH = 'io.kubernetes.container.hash';
export const RESTART_COUNT = 'io.kubernetes.container.restartCount';
export const TERMINATION_PATH = 'io.kubernetes.container.terminationMessagePath';
export const TERMINATION_POLICY = 'io.kubernetes.container.terminationMessagePolicy';
const DELETION_GRACE = 'io.kubernetes.pod.deletionGracePeriod';
const TERMINATION_GRACE = 'io.kubernetes.pod.terminationGracePeriod';
/** Tells the simulated runtime that the container has to end by itself. */
const RUNS_ONCE = 'k8ts.dev/runs-once';

export const podLabels = (pod: Pod): StringMap => ({ ...pod.metadata.labels, [POD_NAME]: pod.metadata.name, [POD_NAMESPACE]: pod.metadata.namespace, [POD_UID]: pod.metadata.uid });

export const containerLabels = (pod: Pod, container: Container): StringMap => ({
  [CONTAINER_NAME]: container.name,
  [POD_NAME]: pod.metadata.name,
  [POD_NAMESPACE]: pod.metadata.namespace,
  [POD_UID]: pod.metadata.uid,
});

/** Init containers that are no sidecars, and what a Job runs. */
export function runsOnce(pod: Pod, container: Container): boolean {
  const init = initContainersOf(pod).some((c) => c.name === container.name);
  return init ? !isRestartableInit(container) : isControlledBy(pod, 'Job') && pod.spec.restartPolicy !== 'Always';
}

export function containerAnnotations(pod: Pod, container: Container, restartCount: number): StringMap {
  const { deletionGracePeriodSeconds } = pod.metadata;
  const { terminationGracePeriodSeconds } = pod.spec;
  return {
    [HASH]: hashContainer(container),
    [RESTART_COUNT]: String(restartCount),
    [TERMINATION_PATH]: container.terminationMessagePath ?? '',
    [TERMINATION_POLICY]: container.terminationMessagePolicy ?? 'File',
    ...(deletionGracePeriodSeconds !== undefined && { [DELETION_GRACE]: String(deletionGracePeriodSeconds) }),
    ...(terminationGracePeriodSeconds !== undefined && { [TERMINATION_GRACE]: String(terminationGracePeriodSeconds) }),
    ...(runsOnce(pod, container) && { [RUNS_ONCE]: 'true' }),
  };
}
