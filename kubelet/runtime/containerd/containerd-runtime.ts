/** The runtime that runs real containers: containerd through CRI. Beside ../simulated; kubelet/kubelet.ts is given either. */
import type { Clock } from '../../../component-base/clock.ts';
import { nodeNetwork } from '../../network/node-network.ts';
import type { Runtime } from '../interface.ts';
import { CriClient } from './cri-client.ts';
import { imageService, runtimeService, statsService } from './services.ts';
import { dialTcp } from './streaming-client.ts';
import { streamingService } from './streaming.ts';

export interface ContainerdRuntimeOptions {
  /** Path of containerd's socket. */
  readonly socket: string;
  readonly clock: Clock;
}

/** Throws RuntimeError, one clear line, when containerd is not there or not allowed. */
export function newContainerdRuntime({ socket, clock }: ContainerdRuntimeOptions): Runtime {
  const cri = new CriClient(socket, () => clock.now());
  const runtime = runtimeService(cri);
  return {
    name: 'containerd',
    runtime,
    stats: statsService(cri, runtime),
    images: imageService(cri),
    streaming: streamingService(cri, runtime, clock),
    network: nodeNetwork(dialTcp, () => clock.now()),
    close: async () => cri.close(),
  };
}
