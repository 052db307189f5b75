/** What starting nodes takes. */
import type { RunningApiServer } from '../api-server.ts';
import type { ControlPlaneDeps } from '../control-plane.ts';
import type { DataDir } from '../data-dir.ts';
import type { NetworkOptions, NodeNetwork } from './network.ts';

export interface ContainerdNetwork {
  readonly options: NetworkOptions;
  readonly nodes: readonly NodeNetwork[];
  /** Of the bridge: where pods reach the API server and the DNS. */
  readonly address: string;
}

export interface NodesDeps extends ControlPlaneDeps {
  readonly api: RunningApiServer;
  /** With containerd: made before the API server, which listens on it, too. */
  readonly network?: ContainerdNetwork;
  readonly dir?: DataDir;
}
