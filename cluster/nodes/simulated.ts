/** Nodes of this process: real kubelets over the simulated runtime. */
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { newEventRecorder } from '../../client/record/event-recorder.ts';
import { startKubelet, type Kubelet } from '../../kubelet/kubelet.ts';
import { MemoryFiles } from '../../kubelet/volumes/memory-files.ts';
import { newSimulatedRuntime } from '../../kubelet/runtime/simulated/simulated-runtime.ts';
import type { ControlPlaneDeps } from '../control-plane.ts';
import { nodeUser } from '../identities.ts';
import { nthAddress } from '../service-addresses.ts';
import { nodeNames } from './names.ts';
import { simulatedMachine } from '../../kubelet/nodestatus/machine.ts';

/** Simulated nodes have addresses of their own that nobody can reach: 172.31.x.y. */
const addressOf = (index: number): string => `172.31.${200 + (index >> 8)}.${(index & 255) + 1}`;

/** A kubelet and its node's address. */
export type SimulatedNode = Kubelet & { readonly address: string };

async function startNode(nodeName: string, index: number, deps: ControlPlaneDeps): Promise<SimulatedNode> {
  const { config, identities, handler, signal } = deps;
  const { clock, rand } = config;
  const log = config.log.with({ node: nodeName });
  const client = identities.clientFor(nodeUser(nodeName), handler);
  const files = new MemoryFiles();
  const address = addressOf(index);
  const kubelet = await startKubelet({
    nodeName,
    client,
    informers: newSharedInformers({ client, clock, log, rand }),
    runtime: newSimulatedRuntime({ clock, rand, files }),
    recorder: newEventRecorder({ client, source: { component: 'kubelet', host: nodeName }, clock, rand, log, signal }),
    clock,
    rand,
    log,
    machine: simulatedMachine(nodeName),
    files,
    volumesRoot: '/var/lib/kubelet',
    podLogsRoot: '/var/log/pods',
    addresses: [address],
    port: 10_250,
    clusterDNS: [nthAddress(config.serviceClusterIPRange, 10)],
    lazyTokens: true,
    signal,
  });
  return { ...kubelet, address };
}

export async function startSimulatedNodes(deps: ControlPlaneDeps): Promise<readonly SimulatedNode[]> {
  const names = nodeNames(deps.config.nodes);
  return Promise.all(names.map((name, i) => startNode(name, i, deps)));
}
