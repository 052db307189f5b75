/** What the kubelet's API needs of the kubelet. */
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Pod, PodStatus } from '../container/pod.ts';
import type { Machine } from '../nodestatus/machine.ts';
import type { Runtime } from '../runtime/interface.ts';

export interface ServerHost {
  readonly nodeName: string;
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly log: Log;
  readonly machine: Machine;
  pods(): readonly Pod[];
  findPod(namespace: string, name: string): Pod | undefined;
  /** The newest, which the API may not have yet. */
  statusOf(pod: Pod): PodStatus;
}
