/** What kuberuntime/ needs of the kubelet around it. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Pod } from '../container/pod.ts';
import type { FlowBackoff } from '../images/flow-backoff.ts';
import type { ImageManager } from '../images/image-manager.ts';
import type { HandlerRunner } from '../lifecycle/handlers.ts';
import type { DNSSettings } from '../network/dns.ts';
import type { References } from '../references/references.ts';
import type { Runtime } from '../runtime/interface.ts';
import type { Files } from '../volumes/files.ts';
import type { ProbeResults } from './actions.ts';

export interface RuntimeHost {
  readonly runtime: Runtime;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly files: Files;
  readonly images: ImageManager;
  readonly references: References;
  readonly probes: ProbeResults;
  readonly handlers: HandlerRunner;
  /** CrashLoopBackOff: by pod uid, container name and hash. */
  readonly crashBackoff: FlowBackoff;
  readonly dns: DNSSettings;
  readonly podLogsRoot: string;
  readonly cgroupRoot: string;
  readonly memoryCapacity: number;
  readonly nodeHosts: string;
  podDir(uid: string): string;
  hostIPs(): readonly string[];
  allocatable(): Readonly<Record<string, string>>;
  services(): readonly DeepReadonly<core.Service>[];
  /** The handler of the pod's runtime class; '' is the default. Throws when the class does not exist. */
  runtimeHandler(pod: Pod): Promise<string>;
  /** About the pod, or one of its containers. */
  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void;
}
