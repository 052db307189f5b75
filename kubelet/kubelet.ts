/**
 * A node's agent: runs the pods that are bound to the node on a runtime, and reports. Everything here is put together from the folders beside; runtime/ is the port below, client/ the API above, server/ the API of its own.
 * Behaves like upstream pkg/kubelet.
 */
import type { Handler } from '../apimachinery/http.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import * as nodeApi from '../apimachinery/types/node.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { newSharedInformers } from '../client/cache/shared-informers.ts';
import type { Lister, SharedInformers } from '../client/interface.ts';
import { containerFieldPath, isMirrorPod, type Pod } from './container/pod.ts';
import { FlowBackoff } from './images/flow-backoff.ts';
import { ImageManager } from './images/image-manager.ts';
import { pullCredentials } from './images/pull-secrets.ts';
import type { RuntimeHost } from './kuberuntime/host.ts';
import { removeOrphans } from './kuberuntime/orphans.ts';
import { newHandlerRunner } from './lifecycle/handlers.ts';
import { parseResolvConf } from './network/dns.ts';
import type { NodeInput } from './nodestatus/node.ts';
import { NodeReporter } from './nodestatus/node-reporter.ts';
import type { KubeletOptions } from './options.ts';
import { runPleg } from './pleg/pleg.ts';
import { PodSource } from './pod-source.ts';
import { KubeletPodSyncer } from './podworkers/pod-syncer.ts';
import { PodWorkers } from './podworkers/pod-workers.ts';
import { ProberManager } from './prober/prober-manager.ts';
import { Prober } from './prober/prober.ts';
import { ProbeResultsCache } from './prober/results.ts';
import { ReferenceTracker } from './references/references.ts';
import type { PodNetwork, Runtime } from './runtime/interface.ts';
import { kubeletHandler } from './server/handler.ts';
import { StatusManager } from './status/status-manager.ts';
import { joinPath } from './volumes/files.ts';
import { VolumeManager } from './volumes/volume-manager.ts';

export type { KubeletOptions } from './options.ts';

export interface Kubelet {
  readonly nodeName: string;
  /** The kubelet's API for callers that are trusted already (the API server in this process). server/listener.ts puts authentication before it. */
  readonly handler: Handler;
  /** How to reach this node's pods. */
  readonly network: PodNetwork;
  pods(): readonly Pod[];
}

const CRASH_BACKOFF_MS = 10_000;
const MAX_CRASH_BACKOFF_MS = 300_000;
/** A cluster may give its nodes no pod CIDR. */
const CIDR_WAIT_MS = 3000;

/** Resolves when the node is registered and its pods are being worked on. Ends with the signal; containers are left running. */
export async function startKubelet(options: KubeletOptions): Promise<Kubelet> {
  const { nodeName, client, runtime, recorder, clock, log, signal } = options;
  await runtime.runtime.version();
  const shared = options.informers ?? newSharedInformers({ client, clock, log });
  const parts = assemble(options, shared);
  const reporter = new NodeReporter({
    client, clock, log, nodeName, signal,
    rand: options.rand,
    input: () => nodeInput(options),
    onNode: (node) => parts.setNode(node),
    event: (type, reason, message) => recorder.event(parts.nodeReference(), type, reason, message),
  });
  recorder.event(parts.nodeReference(), 'Normal', 'Starting', 'Starting kubelet.');
  await reporter.register();
  reporter.run();
  await runPods(options, shared, parts);
  return {
    nodeName,
    handler: kubeletHandler({ nodeName, runtime, clock, log, pods: () => parts.workers.pods(), findPod: (namespace, name) => parts.findPod(namespace, name), statusOf: (pod) => parts.statuses.get(pod.metadata.uid) ?? (pod.status as core.PodStatus), machine: options.machine }),
    network: runtime.network,
    pods: () => parts.workers.pods(),
  };
}

class Parts {
  node: DeepReadonly<core.Node> | undefined;
  readonly options: KubeletOptions;
  readonly host: RuntimeHost;
  readonly workers: PodWorkers;
  readonly statuses: StatusManager;
  readonly references: ReferenceTracker;
  readonly pods: Lister<core.Pod>;
  /** API pods by uid. */
  readonly byUid = new Map<string, Pod>();
  /** The runtime knows which addresses pods have. */
  readonly cidrKnown: Promise<void>;
  #cidrGiven: () => void = () => undefined;

  constructor(options: KubeletOptions, shared: SharedInformers) {
    const { nodeName, client, runtime, clock, rand, log, files, signal } = options;
    this.options = options;
    this.cidrKnown = new Promise((resolve) => (this.#cidrGiven = resolve));
    const services = shared.informer(core.Service).lister;
    this.pods = shared.informer(core.Pod, { fieldSelector: `spec.nodeName=${nodeName}` }).lister;
    const results = new ProbeResultsCache((uid) => this.workers.poke(uid));
    const event: RuntimeHost['event'] = (pod, type, reason, message, container) => this.event(pod, type, reason, message, container);
    const probes = new ProberManager({ clock, log, results, event, prober: new Prober(runtime.streaming, runtime.network), podIP: (uid) => this.statuses.get(uid)?.podIP ?? '' });
    this.references = new ReferenceTracker({ client, clock, log, signal, onChange: (uids) => uids.forEach((uid) => this.workers.poke(uid)) });
    const volumes = new VolumeManager({ client, clock, log, files, references: this.references, root: options.volumesRoot, lazyTokens: options.lazyTokens ?? false, allocatable: () => this.allocatable(), hostIPs: () => options.addresses });
    this.statuses = new StatusManager({ pods: client.resource(core.Pod), clock, log, signal, apiPod: (uid) => this.byUid.get(uid), couldHaveRunningContainers: (uid) => this.workers.couldHaveRunningContainers(uid) });
    this.host = {
      runtime, clock, rand, log, files, event, probes,
      references: this.references,
      images: new ImageManager({ images: runtime.images, clock, credentials: (pod, image) => pullCredentials(pod, image, this.references) }),
      handlers: newHandlerRunner(runtime.streaming, runtime.network, clock),
      crashBackoff: new FlowBackoff(CRASH_BACKOFF_MS, MAX_CRASH_BACKOFF_MS, clock),
      dns: { clusterDNS: options.clusterDNS ?? [], clusterDomain: options.clusterDomain ?? 'cluster.local', host: parseResolvConf(options.resolvConf ?? '') },
      podLogsRoot: options.podLogsRoot,
      cgroupRoot: options.cgroupRoot ?? '',
      memoryCapacity: options.machine.memoryBytes,
      nodeHosts: options.nodeHosts ?? '127.0.0.1\tlocalhost\n',
      podDir: (uid) => joinPath(options.volumesRoot, 'pods', uid),
      hostIPs: () => options.addresses,
      allocatable: () => this.allocatable(),
      services: () => services.list(),
      runtimeHandler: (pod) => this.#runtimeHandler(pod),
    };
    const syncer = new KubeletPodSyncer({ host: this.host, references: this.references, volumes, probes, statuses: this.statuses, onDeadline: (uid, eviction) => this.workers.evict(uid, eviction) });
    this.workers = new PodWorkers({ syncer, clock, log, signal, onState: () => undefined });
  }

  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    const about = pod.kind === undefined || pod.kind === '' ? { ...pod, apiVersion: 'v1', kind: 'Pod' } : pod;
    this.options.recorder.event(about, type, reason, message, container === undefined ? undefined : containerFieldPath(pod, container));
  }

  /** Node events name the node by its name as uid, as upstream's do. */
  nodeReference(): DeepReadonly<core.Node> {
    const { nodeName } = this.options;
    return { apiVersion: 'v1', kind: 'Node', metadata: { name: nodeName, uid: nodeName } } as unknown as DeepReadonly<core.Node>;
  }

  allocatable(): Readonly<Record<string, string>> {
    return this.node?.status.allocatable ?? {};
  }

  setNode(node: DeepReadonly<core.Node>): void {
    const { runtime, log, podCIDR } = this.options;
    const before = this.node?.spec.podCIDR;
    this.node = node;
    const cidr = node.spec.podCIDR;
    if (podCIDR !== undefined || cidr === undefined || cidr === '' || cidr === before) return;
    runtime.runtime.updateRuntimeConfig({ podCIDR: cidr }).then(this.#cidrGiven, (error: unknown) => log.error('the runtime did not take the pod CIDR', error, { cidr }));
  }

  findPod(namespace: string, name: string): Pod | undefined {
    return this.workers.pods().find((p) => p.metadata.namespace === namespace && p.metadata.name === name);
  }

  async #runtimeHandler(pod: Pod): Promise<string> {
    const name = pod.spec.runtimeClassName;
    if (name === undefined || name === '') return '';
    const { handler } = await this.options.client.resource(nodeApi.RuntimeClass).get({ namespace: '', name });
    return handler;
  }
}

function assemble(options: KubeletOptions, shared: SharedInformers): Parts {
  const parts = new Parts(options, shared);
  const node = shared.informer(core.Node, { fieldSelector: `metadata.name=${options.nodeName}` });
  node.addEventHandler({ onAdd: (n) => parts.setNode(n), onUpdate: (_, n) => parts.setNode(n) });
  return parts;
}

async function nodeInput(options: KubeletOptions): Promise<NodeInput> {
  const { nodeName, machine, addresses, port, labels = {}, taints = [], runtime, podCIDR, reservedMemory = 0, clock } = options;
  const [runtimeVersion, runtimeConditions, images] = await Promise.all([runtime.runtime.version(), runtimeStatus(runtime), runtime.images.listImages()]);
  return { nodeName, machine, addresses, port, labels, taints, podCIDR, runtimeVersion, runtimeConditions, images, reservedMemory, pressures: { memory: false, disk: false, pid: false }, now: clock.now() };
}

async function runtimeStatus(runtime: Runtime): Promise<NodeInput['runtimeConditions']> {
  try {
    return await runtime.runtime.status();
  } catch (error) {
    return [{ type: 'RuntimeReady', status: false, reason: 'RuntimeDown', message: error instanceof Error ? error.message : String(error) }];
  }
}

/** Watches the node's pods and works on them. */
async function runPods(options: KubeletOptions, shared: SharedInformers, parts: Parts): Promise<void> {
  const { nodeName, signal, log, clock, runtime, podCIDR } = options;
  shared.start(signal);
  await shared.waitForSync(signal);
  if (podCIDR !== undefined) await runtime.runtime.updateRuntimeConfig({ podCIDR });
  else await Promise.race([parts.cidrKnown, clock.sleep(CIDR_WAIT_MS, signal)]);
  await removeOrphans(new Set(parts.pods.list().map((p) => p.metadata.uid)), parts.host);
  const source = new PodSource({ workers: parts.workers, statuses: parts.statuses, log, node: () => parts.node, event: (...args) => parts.event(...args) });
  shared.informer(core.Pod, { fieldSelector: `spec.nodeName=${nodeName}` }).addEventHandler({
    onAdd(pod) {
      track(parts, pod);
      source.add(pod);
    },
    onUpdate(before, pod) {
      if (before.metadata.uid !== pod.metadata.uid) parts.byUid.delete(before.metadata.uid);
      track(parts, pod);
      source.update(before, pod);
    },
    onDelete(pod) {
      parts.byUid.delete(pod.metadata.uid);
      source.remove(pod);
    },
  });
  void runPleg({ runtime, clock, log, signal, hasPods: () => parts.workers.size > 0, onChange: (uid) => parts.workers.poke(uid) });
}

function track(parts: Parts, pod: Pod): void {
  if (!isMirrorPod(pod)) parts.byUid.set(pod.metadata.uid, pod);
}
