/** Nodes as network namespaces: each with a containerd, a kubelet and a kube-proxy of its own, joined by a bridge. Linux and root. */
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { newEventRecorder } from '../../client/record/event-recorder.ts';
import type { Lifecycle } from '../../component-base/lifecycle.ts';
import { newNftablesBackend } from '../../kube-proxy/backends/nftables/backend.ts';
import { startProxier } from '../../kube-proxy/proxier.ts';
import { startKubelet } from '../../kubelet/kubelet.ts';
import { newContainerdRuntime } from '../../kubelet/runtime/containerd/containerd-runtime.ts';
import { hostMachine } from '../../kubelet/runtime/containerd/host-machine.ts';
import type { Runtime } from '../../kubelet/runtime/interface.ts';
import { diskFiles } from '../../kubelet/volumes/disk-files.ts';
import type { DataDir } from '../data-dir.ts';
import { KUBE_PROXY, nodeUser } from '../identities.ts';
import { OptionError, type ClusterConfig } from '../options.ts';
import { nthAddress } from '../service-addresses.ts';
import { startContainerd } from './containerd-process.ts';
import { startDns } from './dns.ts';
import { nodeNames } from './names.ts';
import { bridgeAddress, makeBridge, makeNodes, netnsPath, nodeNetworks, removeNetwork, type NodeNetwork } from './network.ts';
import type { ContainerdNetwork, NodesDeps } from './deps.ts';

const MAX_NODES = 100;

/** Makes the network before anything that has an address in it starts. */
export async function makeContainerdNetwork(life: Lifecycle, config: ClusterConfig): Promise<ContainerdNetwork> {
  if (config.nodes > MAX_NODES) throw new OptionError(`nodes: ${config.nodes} are too many for containerd, at most ${MAX_NODES} fit the network`);
  const options = { bridge: 'k8ts0', prefix: '172.31.240', clusterCIDR: config.clusterCIDR, serviceCIDR: config.serviceClusterIPRange };
  const nodes = nodeNetworks(nodeNames(config.nodes), options);
  await removeNetwork(nodes, options);
  life.onStop('network', async () => {
    for (const problem of await removeNetwork(nodes, options)) config.log.warn('a part of the network could not be removed', { err: problem });
  });
  await makeBridge(options);
  await makeNodes(nodes, options);
  return { options, nodes, address: bridgeAddress(options) };
}

async function startNode(node: NodeNetwork, life: Lifecycle, deps: NodesDeps, dir: DataDir): Promise<void> {
  const { config, identities, handler, signal, api } = deps;
  const { clock, rand } = config;
  const { nodeName } = node;
  const log = config.log.with({ node: nodeName });
  const folder = dir.file('nodes', nodeName);
  const containerd = await startContainerd({ dir: folder, node, images: config.images, clock });
  life.onStop(`containerd of ${nodeName}`, () => containerd.stop());
  const runtime = newContainerdRuntime({ socket: containerd.socket, clock });
  life.onStop(`pods of ${nodeName}`, () => stopPods(runtime));
  const client = identities.clientFor(nodeUser(nodeName), handler);
  const kubelet = await startKubelet({
    nodeName,
    client,
    informers: newSharedInformers({ client, clock, log, rand }),
    runtime,
    recorder: newEventRecorder({ client, source: { component: 'kubelet', host: nodeName }, clock, rand, log, signal }),
    clock,
    rand,
    log,
    machine: hostMachine(dir.path),
    files: diskFiles,
    volumesRoot: dir.file('nodes', nodeName, 'kubelet'),
    podLogsRoot: dir.file('nodes', nodeName, 'logs'),
    addresses: [node.address],
    port: 10_250,
    podCIDR: node.podCIDR,
    clusterDNS: [nthAddress(config.serviceClusterIPRange, 10)],
    cgroupRoot: `/k8ts-${nodeName}`,
    signal,
  });
  api.kubelets.set(nodeName, kubelet.handler);
  startProxyOf(node, life, deps);
}

/** Through the runtime, so that each pod's network namespace and address are given back. */
async function stopPods({ runtime, close }: Runtime): Promise<void> {
  const sandboxes = await runtime.listPodSandbox();
  await Promise.all(sandboxes.map((s) => runtime.stopPodSandbox(s.id)));
  await close();
}

function startProxyOf(node: NodeNetwork, life: Lifecycle, { config, identities, handler, signal }: NodesDeps): void {
  const { clock, log } = config;
  const informers = newSharedInformers({ client: identities.clientFor(KUBE_PROXY, handler), clock, log });
  const backend = newNftablesBackend({ netns: netnsPath(node.netns), clusterCIDR: config.clusterCIDR });
  startProxier({ informers, backend, node: { nodeName: node.nodeName, zone: '' }, clock, log, signal });
  informers.start(signal);
  life.onStop(`kube-proxy of ${node.nodeName}`, () => backend.cleanup());
}

export async function startContainerdNodes(life: Lifecycle, deps: NodesDeps): Promise<void> {
  const { network, dir } = deps;
  if (!network || !dir) throw new OptionError('runtime containerd needs a data directory');
  await startDns(life, deps, network.address);
  await Promise.all(network.nodes.map((node) => startNode(node, life, deps, dir)));
}
