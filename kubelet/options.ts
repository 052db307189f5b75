/** What a kubelet is given. */
import type * as core from '../apimachinery/types/core.gen.ts';
import type { Client, EventRecorder, SharedInformers } from '../client/interface.ts';
import type { Clock } from '../component-base/clock.ts';
import type { Log } from '../component-base/log.ts';
import type { Rand } from '../component-base/rand.ts';
import type { Machine } from './nodestatus/machine.ts';
import type { Runtime } from './runtime/interface.ts';
import type { Files } from './volumes/files.ts';

export interface KubeletOptions {
  readonly nodeName: string;
  /** As the node: `system:node:<nodeName>`. */
  readonly client: Client;
  /** Shared by several kubelets in one process: services are watched once. Made here when absent. */
  readonly informers?: SharedInformers;
  readonly runtime: Runtime;
  /** Writes with the source `kubelet`, `<nodeName>`. */
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly machine: Machine;
  /** Where volumes lie; the simulated runtime reads the same. */
  readonly files: Files;
  /** Directory for pods: `/var/lib/kubelet`. */
  readonly volumesRoot: string;
  /** `/var/log/pods`. */
  readonly podLogsRoot: string;
  /** The node's addresses, primary first. */
  readonly addresses: readonly string[];
  /** Of the kubelet's API; 10250. */
  readonly port: number;
  /** Given to the runtime, and to the node when it is made; else the API's is waited for. */
  readonly podCIDR?: string;
  readonly clusterDNS?: readonly string[];
  readonly clusterDomain?: string;
  /** Text of the node's resolv.conf and hosts. */
  readonly resolvConf?: string;
  readonly nodeHosts?: string;
  readonly cgroupRoot?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly core.Taint[];
  /** Bytes of memory that pods do not get. */
  readonly reservedMemory?: number;
  /** Tokens are made when they are read (MemoryFiles). */
  readonly lazyTokens?: boolean;
  readonly signal: AbortSignal;
}
