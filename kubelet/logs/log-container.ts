/** Which container's log a pod's status gives, or why there is none. Behaves like upstream pkg/kubelet validateContainerLogStatus. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Status = DeepReadonly<core.PodStatus>;

/** The runtime's container id. Throws with upstream's text. */
export function logContainerId(pod: string, status: Status, container: string, previous: boolean): string {
  const found = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])].find((s) => s.name === container);
  const about = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod)}`;
  if (!found) throw new Error(`${about} is not available`);
  const last = found.lastState?.terminated?.containerID ?? '';
  const { waiting, running, terminated } = found.state;
  const id = previous ? last : running ? (found.containerID ?? '') : terminated ? terminated.containerID || last : last;
  if (id !== '') return id.replace(/^.*:\/\//, '');
  if (previous) throw new Error(`previous terminated ${about} not found`);
  if (terminated || found.lastState?.terminated) throw new Error(`${about} is terminated`);
  if (!waiting) throw new Error(`${about} is waiting to start - no logs yet`);
  const why = waiting.reason === 'ErrImagePull' ? "image can't be pulled" : waiting.reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : (waiting.reason ?? '');
  throw new Error(`${about} is waiting to start: ${why}`);
}
