/** The steps of a pod's life. Between pod-worker.ts (when) and kuberuntime/, volumes/, status/ (how). Behaves like upstream pkg/kubelet SyncPod, SyncTerminatingPod and SyncTerminatedPod. */
import { isTerminalPhase, type Pod, type PodStatus } from '../container/pod.ts';
import type { PodRuntimeStatus } from '../container/pod-runtime-status.ts';
import { FlowBackoff } from '../images/flow-backoff.ts';
import type { RuntimeHost } from '../kuberuntime/host.ts';
import { killPod } from '../kuberuntime/kill.ts';
import { getPodStatus } from '../kuberuntime/pod-status.ts';
import { syncPod as syncRuntimePod, type SyncResult } from '../kuberuntime/sync-pod.ts';
import type { ProberManager } from '../prober/prober-manager.ts';
import type { ReferenceTracker } from '../references/references.ts';
import { generateAPIPodStatus } from '../status/api-status.ts';
import type { StatusManager } from '../status/status-manager.ts';
import { MountError, type PodVolumes, type VolumeManager } from '../volumes/volume-manager.ts';
import type { Eviction, PodSyncer, SyncOutcome } from './pod-worker.ts';

export interface SyncerOptions {
  readonly host: RuntimeHost;
  readonly references: ReferenceTracker;
  readonly volumes: VolumeManager;
  readonly probes: ProberManager;
  readonly statuses: StatusManager;
  /** Ends the pod when it has been active for too long. */
  onDeadline(uid: string, eviction: Eviction): void;
}

const MOUNT_RETRY_MS = 500;
const MAX_MOUNT_RETRY_MS = 122_000;
const DEADLINE: Eviction = { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' };

type Failures = Map<string, { readonly reason: string; readonly message: string }>;

export class KubeletPodSyncer implements PodSyncer {
  readonly #options: SyncerOptions;
  /** Why containers are not running, until they start. By pod uid. */
  readonly #failures = new Map<string, Failures>();
  readonly #mountBackoff: FlowBackoff;
  readonly #deadlines = new Map<string, { stop(): void }>();

  constructor(options: SyncerOptions) {
    this.#options = options;
    this.#mountBackoff = new FlowBackoff(MOUNT_RETRY_MS, MAX_MOUNT_RETRY_MS, options.host.clock);
  }

  async syncPod(pod: Pod): Promise<SyncOutcome> {
    const { host, statuses, references, probes } = this.#options;
    const { uid } = pod.metadata;
    const status = await getPodStatus(uid, host);
    const reported = this.#generate(pod, status, false);
    statuses.set(pod, reported);
    if (isTerminalPhase(reported.phase)) return { isTerminal: true };
    this.#watchDeadline(pod, statuses.get(uid)?.startTime);
    references.register(pod);
    const volumes = await this.#mount(pod);
    if (!(volumes instanceof Map)) return volumes as SyncOutcome;
    probes.addPod(pod);
    const result = await syncRuntimePod(pod, status, volumes, host);
    this.#remember(uid, result);
    if (result.error) host.log.warn('pod could not be synced', { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, why: result.error.message });
    if (result.failures.size > 0 || host.runtime.stats.events === undefined) statuses.set(pod, this.#generate(pod, await getPodStatus(uid, host), false));
    return { retryAfterMs: result.retryAfterMs };
  }

  async syncTerminatingPod(pod: Pod, { gracePeriod, evict, signal }: Parameters<PodSyncer['syncTerminatingPod']>[1]): Promise<void> {
    const { host, statuses, probes } = this.#options;
    const { uid } = pod.metadata;
    this.#stopDeadline(uid);
    const status = await getPodStatus(uid, host);
    statuses.set(pod, this.#generate(pod, status, false, evict));
    probes.stopLivenessAndStartup(uid);
    await killPod(pod, status, host, { gracePeriod: pod.metadata.deletionTimestamp === undefined ? gracePeriod : (gracePeriod ?? pod.metadata.deletionGracePeriodSeconds), signal });
    probes.removePod(uid);
    const stopped = await getPodStatus(uid, host);
    const running = stopped.containers.filter((c) => c.state === 'running');
    if (running.length > 0) throw new Error(`detected running containers after a successful KillPod, CRI violation: ${running.map((c) => c.id).join(', ')}`);
    statuses.set(pod, this.#generate(pod, stopped, true, evict));
  }

  async syncTerminatedPod(pod: Pod): Promise<void> {
    const { volumes, references, statuses } = this.#options;
    const { uid } = pod.metadata;
    await volumes.tearDown(uid);
    references.unregister(uid);
    statuses.terminate(pod);
  }

  async cleanUp(pod: Pod): Promise<void> {
    const { host, statuses, volumes, references, probes } = this.#options;
    const { uid } = pod.metadata;
    const { containers, sandboxes } = await getPodStatus(uid, host);
    for (const { id } of containers) await host.runtime.runtime.removeContainer(id);
    for (const { id } of sandboxes) await host.runtime.runtime.removePodSandbox(id);
    this.#failures.delete(uid);
    this.#mountBackoff.forget(uid);
    host.crashBackoff.forget(`${uid}_`);
    host.images.forget(uid);
    references.unregister(uid);
    probes.removePod(uid);
    await volumes.tearDown(uid);
    statuses.forget(uid);
  }

  #generate(pod: Pod, status: PodRuntimeStatus, podIsTerminal: boolean, evict?: Eviction): PodStatus {
    const { host, statuses, probes } = this.#options;
    const { uid } = pod.metadata;
    return generateAPIPodStatus({
      pod, status, podIsTerminal, evict,
      runtimeName: host.runtime.name,
      failures: this.#failures.get(uid) ?? new Map(),
      previous: statuses.get(uid) ?? (structuredClone(pod.status ?? {}) as PodStatus),
      hostIPs: host.hostIPs(),
      applyProbes: (lists) => probes.applyTo(pod, lists),
    });
  }

  #remember(uid: string, { failures, started }: SyncResult): void {
    const known: Failures = this.#failures.get(uid) ?? new Map();
    for (const name of started) known.delete(name);
    for (const [name, failure] of failures) known.set(name, failure);
    if (known.size > 0) this.#failures.set(uid, known);
    else this.#failures.delete(uid);
  }

  /** The volumes, or when to try again. */
  async #mount(pod: Pod): Promise<PodVolumes | SyncOutcome> {
    const { host, volumes } = this.#options;
    const { uid } = pod.metadata;
    try {
      const mounted = await volumes.setUp(pod);
      this.#mountBackoff.forget(uid);
      return mounted;
    } catch (error) {
      if (!(error instanceof MountError)) throw error;
      if (!this.#mountBackoff.isInBackOffSinceUpdate(uid)) {
        host.event(pod, 'Warning', 'FailedMount', error.message);
        this.#mountBackoff.next(uid, host.clock.now());
      }
      return { retryAfterMs: Math.max(10, this.#mountBackoff.remaining(uid)) };
    }
  }

  #watchDeadline(pod: Pod, startTime: string | undefined): void {
    const { uid } = pod.metadata;
    const seconds = pod.spec.activeDeadlineSeconds;
    this.#stopDeadline(uid);
    if (seconds === undefined || startTime === undefined) return;
    const left = Date.parse(startTime) + seconds * 1000 - this.#options.host.clock.now();
    const timer = this.#options.host.clock.after(Math.max(0, left), () => {
      this.#options.host.event(pod, 'Normal', DEADLINE.reason, DEADLINE.message);
      this.#options.onDeadline(uid, DEADLINE);
    });
    this.#deadlines.set(uid, timer);
  }

  #stopDeadline(uid: string): void {
    this.#deadlines.get(uid)?.stop();
    this.#deadlines.delete(uid);
  }
}
