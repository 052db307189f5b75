/**
 * The port between the kubelet (kuberuntime/, images/, server/, prober/) and a container runtime: CRI's verbs, split by use. Drivers stand in containerd/ and simulated/;
 * testing/contract.ts is what each must keep. Identifiers are opaque; times are milliseconds since the epoch (CRI: nanoseconds), 0 when they have not come.
 * Values handed in or out are never changed afterwards. Verbs that stop or remove succeed when the thing is already gone.
 * Behaves like upstream k8s.io/cri-api/pkg/apis.
 */
import type { DuplexStream } from '../../apimachinery/http.ts';
import type { ContainerConfig, ContainerEvent, ContainerFilter, ContainerInfo, ContainerStats, ContainerStatus, FilesystemUsage, ImageInfo, ImageSpec, LinuxContainerResources, PodSandbox, PodSandboxConfig, PodSandboxFilter, PodSandboxStats, PodSandboxStatus, RuntimeCondition, RuntimeVersion, AuthConfig } from './types.ts';

export * from './types.ts';

/** A failure that a driver tells apart. The text is the runtime's own: it ends in events and statuses. */
export type RuntimeErrorCode = 'NotFound' | 'AlreadyExists' | 'Unavailable' | 'DeadlineExceeded' | 'PermissionDenied' | 'Unknown';

export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export const isRuntimeNotFound = (error: unknown): boolean => error instanceof RuntimeError && error.code === 'NotFound';

/** Sandboxes and containers. */
export interface RuntimeService {
  version(): Promise<RuntimeVersion>;
  /** RuntimeReady and NetworkReady, at least. */
  status(): Promise<readonly RuntimeCondition[]>;
  /** Creates and starts; the sandbox is ready and has its address when the id comes. */
  runPodSandbox(config: PodSandboxConfig, runtimeHandler: string): Promise<string>;
  /** Kills what still runs in it and gives its address back. */
  stopPodSandbox(id: string): Promise<void>;
  removePodSandbox(id: string): Promise<void>;
  podSandboxStatus(id: string): Promise<PodSandboxStatus>;
  listPodSandbox(filter?: PodSandboxFilter): Promise<readonly PodSandbox[]>;
  createContainer(sandboxId: string, config: ContainerConfig, sandboxConfig: PodSandboxConfig): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Asks it to stop and kills it after `timeoutSeconds`; resolves when it has ended. A second call with a shorter time takes effect at once. */
  stopContainer(id: string, timeoutSeconds: number): Promise<void>;
  /** Kills a running one first. */
  removeContainer(id: string): Promise<void>;
  containerStatus(id: string): Promise<ContainerStatus>;
  listContainers(filter?: ContainerFilter): Promise<readonly ContainerInfo[]>;
  updateContainerResources(id: string, resources: LinuxContainerResources): Promise<void>;
  updateRuntimeConfig(config: { readonly podCIDR: string }): Promise<void>;
}

/** What containers use, and when they change. */
export interface StatsService {
  containerStats(id: string): Promise<ContainerStats>;
  podSandboxStats(filter?: PodSandboxFilter): Promise<readonly PodSandboxStats[]>;
  /** Changes as they happen, until `signal`; absent when the runtime tells none, so that the kubelet must list. */
  readonly events?: (signal: AbortSignal) => AsyncIterable<readonly ContainerEvent[]>;
}

export interface ImageService {
  listImages(): Promise<readonly ImageInfo[]>;
  /** Undefined when it is not there. */
  imageStatus(image: ImageSpec): Promise<ImageInfo | undefined>;
  /** The image's id or digest. */
  pullImage(image: ImageSpec, auth: AuthConfig | undefined, sandboxConfig: PodSandboxConfig | undefined): Promise<string>;
  removeImage(image: ImageSpec): Promise<void>;
  imageFsInfo(): Promise<readonly FilesystemUsage[]>;
}

export interface ExecResult {
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly exitCode: number;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** The caller's ends of a process's streams; absent ones are not connected. With a terminal everything arrives at `stdout`. */
export interface ProcessStreams {
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Resolves when more can be taken. */
  readonly stdout?: (chunk: Uint8Array) => Promise<void>;
  readonly stderr?: (chunk: Uint8Array) => Promise<void>;
  readonly resize?: AsyncIterable<TerminalSize>;
  /** Aborted when the caller goes away: the process is left to the runtime. */
  readonly signal: AbortSignal;
}

/** One write of a container. `partial`: the line goes on in the next one of the same stream. The line break is not part of `text`. */
export interface LogLine {
  readonly time: number;
  /** RFC 3339 with nanoseconds, as the runtime wrote it. */
  readonly timestamp: string;
  readonly stream: 'stdout' | 'stderr';
  readonly partial: boolean;
  readonly text: Uint8Array;
}

export interface LogOptions {
  /** At most so many lines from the end; a driver may give more. */
  readonly tailLines?: number;
  /** Keeps waiting for lines until the container has ended. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** Processes, ports and logs of running (logs: of existing) containers. */
export interface StreamingService {
  /** Throws RuntimeError DeadlineExceeded after `timeoutSeconds` (0: never). */
  execSync(id: string, command: readonly string[], timeoutSeconds: number): Promise<ExecResult>;
  /** Resolves with the exit code; rejects when the process could not be started. */
  exec(id: string, command: readonly string[], tty: boolean, streams: ProcessStreams): Promise<number>;
  /** Resolves when the container ends or the caller leaves. */
  attach(id: string, tty: boolean, streams: ProcessStreams): Promise<void>;
  /** A connection to a port inside the sandbox. */
  portForward(sandboxId: string, port: number): Promise<DuplexStream>;
  /** Batches in the order in which they were written. */
  logs(id: string, options: LogOptions): AsyncIterable<readonly LogLine[]>;
}

export interface HttpProbe {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly timeoutMs: number;
}
export interface HttpProbeAnswer {
  readonly status: number;
  /** At most 10 kB. */
  readonly body: string;
}

/** How the node reaches its pods: probes, lifecycle hooks, the API server's proxy. Rejections carry the text that events show. */
export interface PodNetwork {
  http(probe: HttpProbe): Promise<HttpProbeAnswer>;
  /** Of a network within the process: whether the address is one of its pods'. */
  has?(host: string): boolean;
  tcp(host: string, port: number, timeoutMs: number): Promise<void>;
  /** grpc.health.v1: SERVING, NOT_SERVING, … */
  grpc(host: string, port: number, service: string, timeoutMs: number): Promise<string>;
  dial(host: string, port: number): Promise<DuplexStream>;
}

/** Everything that the kubelet needs of a runtime. */
export interface Runtime {
  /** Prefix of container ids in statuses: `containerd://…`. */
  readonly name: string;
  readonly runtime: RuntimeService;
  readonly stats: StatsService;
  readonly images: ImageService;
  readonly streaming: StreamingService;
  readonly network: PodNetwork;
  close(): Promise<void>;
}
