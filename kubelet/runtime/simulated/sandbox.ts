/** One simulated sandbox. */
import type { PodSandbox, PodSandboxConfig, PodSandboxState, PodSandboxStatus } from '../interface.ts';
import type { SimulatedContainer } from './container.ts';

export class SimulatedSandbox {
  readonly id: string;
  readonly config: PodSandboxConfig;
  readonly runtimeHandler: string;
  readonly createdAt: number;
  readonly containers = new Set<SimulatedContainer>();
  /** Undefined with the host's network, and after it was stopped. */
  ip: string | undefined;
  state: PodSandboxState = 'SANDBOX_READY';

  constructor(id: string, config: PodSandboxConfig, runtimeHandler: string, createdAt: number, ip: string | undefined) {
    this.id = id;
    this.config = config;
    this.runtimeHandler = runtimeHandler;
    this.createdAt = createdAt;
    this.ip = ip;
  }

  get hostNetwork(): boolean {
    return this.config.linux.securityContext.namespaceOptions.network === 'NODE';
  }

  info(): PodSandbox {
    const { metadata, labels, annotations } = this.config;
    return { id: this.id, metadata, state: this.state, createdAt: this.createdAt, labels, annotations, runtimeHandler: this.runtimeHandler };
  }

  status(): PodSandboxStatus {
    return { ...this.info(), ips: this.ip === undefined ? [] : [this.ip], network: this.config.linux.securityContext.namespaceOptions.network };
  }
}
