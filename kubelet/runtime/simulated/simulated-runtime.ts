/**
 * A runtime without containers: sandboxes and containers live by the injected clock, in memory, thousands per process. Beside ../containerd; kubelet/kubelet.ts is given either.
 * What a container does is behaviour.ts; docs/simulated-runtime.md tells users.
 */
import type { DuplexStream } from '../../../apimachinery/http.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Rand } from '../../../component-base/rand.ts';
import type { Files } from '../../volumes/files.ts';
import { AsyncQueue, duplexPair } from '../async-queue.ts';
import { RuntimeError, type ContainerEvent, type ContainerFilter, type ContainerInfo, type PodNetwork, type PodSandbox, type PodSandboxFilter, type Runtime, type RuntimeService, type StatsService, type StreamingService, type StringMap } from '../interface.ts';
import { AddressPool } from './address-pool.ts';
import { SimulatedContainer, type ContainerHost } from './container.ts';
import { serveName } from './http-responder.ts';
import { imageRefOf, simulatedImages } from './images.ts';
import { SimulatedSandbox } from './sandbox.ts';

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly rand: Rand;
  /** Where the kubelet keeps volumes: `cat` reads them. */
  readonly files: Files;
  /** 10.244.0.0/24 until the kubelet says otherwise. */
  readonly podCIDR?: string;
}

const POD_UID = 'io.kubernetes.pod.uid';
const encoder = new TextEncoder();

/** `a` holds every pair of `selector`. */
function selects(selector: StringMap | undefined, labels: StringMap): boolean {
  return selector === undefined || Object.entries(selector).every(([k, v]) => labels[k] === v);
}

/** All state; the services below are its faces. */
class World {
  readonly clock: Clock;
  readonly sandboxes = new Map<string, SimulatedSandbox>();
  readonly containers = new Map<string, SimulatedContainer>();
  readonly byAddress = new Map<string, SimulatedSandbox>();
  /** Sandboxes of a pod, so that a pod's status does not search them all. */
  readonly byPod = new Map<string, Set<SimulatedSandbox>>();
  readonly host: ContainerHost;
  addresses: AddressPool;
  podCIDR: string;
  readonly #rand: Rand;
  readonly #listeners = new Set<AsyncQueue<readonly ContainerEvent[]>>();

  constructor(options: SimulatedRuntimeOptions) {
    this.clock = options.clock;
    this.#rand = options.rand;
    this.podCIDR = options.podCIDR ?? '10.244.0.0/24';
    this.addresses = new AddressPool(this.podCIDR);
    this.host = { clock: options.clock, files: options.files, rand: options.rand, imageRef: imageRefOf, changed: (container, type) => this.#tell({ type, podUid: container.sandbox.metadata.uid, containerId: container.id, createdAt: options.clock.now() }) };
  }

  newId(): string {
    return `${this.#rand.uuid()}${this.#rand.uuid()}`.replaceAll('-', '');
  }

  sandbox(id: string): SimulatedSandbox {
    const found = this.sandboxes.get(id);
    if (!found) throw new RuntimeError('NotFound', `sandbox "${id}" not found`);
    return found;
  }

  container(id: string): SimulatedContainer {
    const found = this.containers.get(id);
    if (!found) throw new RuntimeError('NotFound', `container "${id}" not found`);
    return found;
  }

  /** Those of one pod when the selector names it. */
  candidates(selector: StringMap | undefined): Iterable<SimulatedSandbox> {
    const uid = selector?.[POD_UID];
    return uid === undefined ? this.sandboxes.values() : (this.byPod.get(uid) ?? []);
  }

  events(signal: AbortSignal): AsyncIterable<readonly ContainerEvent[]> {
    const queue = new AsyncQueue<readonly ContainerEvent[]>();
    this.#listeners.add(queue);
    queue.onReturn = () => this.#listeners.delete(queue);
    signal.addEventListener('abort', () => queue.end(), { once: true });
    return queue;
  }

  close(): void {
    for (const queue of this.#listeners) queue.end();
    for (const container of this.containers.values()) container.kill();
  }

  #tell(event: ContainerEvent): void {
    for (const queue of this.#listeners) queue.push([event]);
  }
}

function stopSandbox(world: World, sandbox: SimulatedSandbox): void {
  for (const container of sandbox.containers) container.kill();
  sandbox.state = 'SANDBOX_NOTREADY';
  if (sandbox.ip === undefined) return;
  world.addresses.giveBack(sandbox.ip);
  world.byAddress.delete(sandbox.ip);
  sandbox.ip = undefined;
}

function removeContainer(world: World, container: SimulatedContainer): void {
  container.kill();
  world.containers.delete(container.id);
  world.sandboxes.get(container.sandboxId)?.containers.delete(container);
  world.host.changed(container, 'CONTAINER_DELETED_EVENT');
}

function sandboxVerbs(world: World): Pick<RuntimeService, 'runPodSandbox' | 'stopPodSandbox' | 'removePodSandbox' | 'podSandboxStatus' | 'listPodSandbox'> {
  return {
    async runPodSandbox(config, runtimeHandler) {
      const onHost = config.linux.securityContext.namespaceOptions.network === 'NODE';
      const ip = onHost ? undefined : world.addresses.take();
      if (!onHost && ip === undefined) throw new RuntimeError('Unknown', `failed to setup network for sandbox: no IP addresses available in range set: ${world.podCIDR}`);
      const sandbox = new SimulatedSandbox(world.newId(), config, runtimeHandler, world.clock.now(), ip);
      world.sandboxes.set(sandbox.id, sandbox);
      if (ip !== undefined) world.byAddress.set(ip, sandbox);
      world.byPod.set(config.metadata.uid, (world.byPod.get(config.metadata.uid) ?? new Set()).add(sandbox));
      return sandbox.id;
    },
    async stopPodSandbox(id) {
      const sandbox = world.sandboxes.get(id);
      if (sandbox) stopSandbox(world, sandbox);
    },
    async removePodSandbox(id) {
      const sandbox = world.sandboxes.get(id);
      if (!sandbox) return;
      stopSandbox(world, sandbox);
      for (const container of sandbox.containers) removeContainer(world, container);
      world.sandboxes.delete(id);
      const siblings = world.byPod.get(sandbox.config.metadata.uid);
      siblings?.delete(sandbox);
      if (siblings?.size === 0) world.byPod.delete(sandbox.config.metadata.uid);
    },
    podSandboxStatus: async (id) => world.sandbox(id).status(),
    listPodSandbox: async (filter) => listSandboxes(world, filter),
  };
}

function listSandboxes(world: World, filter: PodSandboxFilter = {}): PodSandbox[] {
  const out: PodSandbox[] = [];
  for (const sandbox of world.candidates(filter.labelSelector)) {
    if (filter.id !== undefined && sandbox.id !== filter.id) continue;
    if (filter.state !== undefined && sandbox.state !== filter.state) continue;
    if (selects(filter.labelSelector, sandbox.config.labels)) out.push(sandbox.info());
  }
  return out;
}

function containerVerbs(world: World): Pick<RuntimeService, 'createContainer' | 'startContainer' | 'stopContainer' | 'removeContainer' | 'containerStatus' | 'listContainers' | 'updateContainerResources'> {
  return {
    async createContainer(sandboxId, config, sandboxConfig) {
      const sandbox = world.sandbox(sandboxId);
      if (sandbox.state !== 'SANDBOX_READY') throw new RuntimeError('Unknown', `failed to create container: sandbox "${sandboxId}" is not running`);
      const container = new SimulatedContainer(world.newId(), sandboxId, config, sandboxConfig, world.host);
      world.containers.set(container.id, container);
      sandbox.containers.add(container);
      world.host.changed(container, 'CONTAINER_CREATED_EVENT');
      return container.id;
    },
    async startContainer(id) {
      await world.container(id).start();
    },
    async stopContainer(id, timeoutSeconds) {
      await world.containers.get(id)?.stop(timeoutSeconds);
    },
    async removeContainer(id) {
      const container = world.containers.get(id);
      if (container) removeContainer(world, container);
    },
    containerStatus: async (id) => world.container(id).status(),
    listContainers: async (filter) => listContainers(world, filter),
    async updateContainerResources(id) {
      world.container(id);
    },
  };
}

function listContainers(world: World, filter: ContainerFilter = {}): ContainerInfo[] {
  const out: ContainerInfo[] = [];
  for (const sandbox of world.candidates(filter.labelSelector)) {
    if (filter.podSandboxId !== undefined && sandbox.id !== filter.podSandboxId) continue;
    for (const container of sandbox.containers) {
      const info = container.info();
      if (filter.id !== undefined && info.id !== filter.id) continue;
      if (filter.state !== undefined && info.state !== filter.state) continue;
      if (selects(filter.labelSelector, info.labels)) out.push(info);
    }
  }
  return out;
}

function runtimeService(world: World): RuntimeService {
  return {
    ...sandboxVerbs(world),
    ...containerVerbs(world),
    version: async () => ({ runtimeName: 'simulated', runtimeVersion: '1.0.0', runtimeApiVersion: 'v1' }),
    status: async () => ['RuntimeReady', 'NetworkReady'].map((type) => ({ type, status: true, reason: '', message: '' })),
    async updateRuntimeConfig({ podCIDR }) {
      if (podCIDR === world.podCIDR) return;
      world.podCIDR = podCIDR;
      world.addresses = new AddressPool(podCIDR);
    },
  };
}

/** A played container needs a little, always the same. */
const USAGE = { cpuUsageNanoCores: 1_000_000, memoryWorkingSetBytes: 4 << 20, memoryUsageBytes: 5 << 20, memoryRssBytes: 3 << 20, writableLayerUsedBytes: 1 << 12 };

function statsService(world: World): StatsService {
  const of = (container: SimulatedContainer) => {
    const now = world.clock.now();
    const { startedAt } = container.status();
    return { id: container.id, name: container.config.metadata.name, timestamp: now, cpuUsageCoreNanoSeconds: Math.max(0, now - startedAt) * 1000, ...USAGE };
  };
  return {
    containerStats: async (id) => of(world.container(id)),
    podSandboxStats: async (filter) =>
      listSandboxes(world, { state: 'SANDBOX_READY', ...filter }).map(({ id, metadata }) => ({ id, metadata, containers: [...world.sandbox(id).containers].filter((c) => c.running).map(of) })),
    events: (signal) => world.events(signal),
  };
}

function streamingService(world: World): StreamingService {
  const running = (id: string): SimulatedContainer => {
    const container = world.container(id);
    if (!container.running) throw new RuntimeError('Unknown', `container "${id}" is not running`);
    return container;
  };
  return {
    execSync: async (id, command, timeoutSeconds) => execSync(world, running(id), command, timeoutSeconds),
    async exec(id, command, tty, { stdin, stdout, stderr }) {
      const write = async (stream: 1 | 2, text: string): Promise<void> => {
        const to = stream === 1 || tty ? stdout : stderr;
        await to?.(encoder.encode(tty ? text.replaceAll('\n', '\r\n') : text));
      };
      return running(id).exec(command, stdin, write);
    },
    async attach(id, _tty, { stdout, stderr, signal }) {
      for await (const lines of running(id).log.read({ follow: true, tailLines: 0, signal }))
        for (const { stream, text, partial } of lines) await (stream === 'stdout' ? stdout : stderr)?.(partial ? text : Uint8Array.of(...text, 10));
    },
    portForward: async (sandboxId) => connectTo(world.sandbox(sandboxId)),
    logs: (id, options) => world.container(id).log.read(options),
  };
}

async function execSync(world: World, container: SimulatedContainer, command: readonly string[], timeoutSeconds: number) {
  const text = { 1: '', 2: '' };
  const run = container.exec(command, undefined, async (stream, chunk) => {
    text[stream] += chunk;
  });
  const exitCode = await (timeoutSeconds === 0 ? run : withTimeout(world.clock, run, timeoutSeconds, command));
  return { stdout: encoder.encode(text[1]), stderr: encoder.encode(text[2]), exitCode };
}

function withTimeout(clock: Clock, run: Promise<number>, seconds: number, command: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(seconds * 1000, () => reject(new RuntimeError('DeadlineExceeded', `command "${command.join(' ')}" timed out`)));
    run.finally(() => timer.stop()).then(resolve, reject);
  });
}

function connectTo(sandbox: SimulatedSandbox): DuplexStream {
  const [ours, theirs] = duplexPair();
  serveName(ours, sandbox.config.metadata.name).catch((error: Error) => ours.destroy(error));
  return theirs;
}

function podNetwork(world: World): PodNetwork {
  const reach = (host: string, port: number): SimulatedSandbox => {
    const sandbox = world.byAddress.get(host) ?? [...world.sandboxes.values()].find((s) => s.hostNetwork && s.state === 'SANDBOX_READY');
    if (!sandbox || ![...sandbox.containers].some((c) => c.running)) throw new RuntimeError('Unavailable', `dial tcp ${host}:${port}: connect: connection refused`);
    return sandbox;
  };
  return {
    has: (host) => world.byAddress.has(host),
    http: async ({ host, port, path }) => {
      const sandbox = reach(host, port);
      const found = [...sandbox.containers].every((c) => !c.running || c.serves(path.split('?')[0] ?? ''));
      return found ? { status: 200, body: sandbox.config.metadata.name } : { status: 404, body: '404 page not found\n' };
    },
    async tcp(host, port) {
      reach(host, port);
    },
    async grpc(host, port) {
      reach(host, port);
      return 'SERVING';
    },
    dial: async (host, port) => connectTo(reach(host, port)),
  };
}

export function newSimulatedRuntime(options: SimulatedRuntimeOptions): Runtime {
  const world = new World(options);
  return {
    name: 'simulated',
    runtime: runtimeService(world),
    stats: statsService(world),
    images: simulatedImages(() => world.clock.now()),
    streaming: streamingService(world),
    network: podNetwork(world),
    close: async () => world.close(),
  };
}
