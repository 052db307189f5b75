/**
 * The volumes of the node's pods: sets them up before containers start, renews what expires or changes, removes them when the pod has ended. Between podworkers/ and plugins/.
 * Behaves like upstream pkg/kubelet/volumemanager.
 */
import * as authentication from '../../apimachinery/types/authentication.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { Client } from '../../client/interface.ts';
import type { Clock, Timer } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Pod } from '../container/pod.ts';
import type { References } from '../references/references.ts';
import { joinPath, type Files } from './files.ts';
import type { MountedVolume, ServiceAccountToken, Volume, VolumeContext, VolumePlugin } from './plugin.ts';
import plugins from './plugins/index.gen.ts';

export interface VolumeManagerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  readonly references: References;
  /** The kubelet's directory: `<root>/pods/<uid>/volumes/…`. */
  readonly root: string;
  readonly lazyTokens: boolean;
  allocatable(): Readonly<Record<string, string>>;
  hostIPs(): readonly string[];
}

/** One volume failed. The message is FailedMount's. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

export type PodVolumes = ReadonlyMap<string, MountedVolume>;

interface PodState {
  readonly volumes: Map<string, MountedVolume>;
  refresh: Timer | undefined;
}

const RENEW_RETRY_MS = 60_000;

export class VolumeManager {
  readonly #options: VolumeManagerOptions;
  readonly #pods = new Map<string, PodState>();
  readonly #tokens = new Map<string, ServiceAccountToken>();

  constructor(options: VolumeManagerOptions) {
    this.#options = options;
  }

  podDir(uid: string): string {
    return joinPath(this.#options.root, 'pods', uid);
  }

  /** Where each volume is on the node. Throws MountError. Run again, it brings contents up to date. */
  async setUp(pod: Pod): Promise<PodVolumes> {
    const state = this.#pods.get(pod.metadata.uid) ?? { volumes: new Map<string, MountedVolume>(), refresh: undefined };
    this.#pods.set(pod.metadata.uid, state);
    for (const volume of pod.spec.volumes ?? []) state.volumes.set(volume.name, await this.#setUpOne(volume, pod));
    this.#planRefresh(pod, state);
    return state.volumes;
  }

  /** Brings the contents of a running pod's volumes up to date. Failures are logged: the pod keeps what it has. */
  async refresh(pod: Pod): Promise<void> {
    if (!this.#pods.has(pod.metadata.uid)) return;
    try {
      await this.setUp(pod);
    } catch (error) {
      this.#options.log.warn('volumes could not be brought up to date', { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, why: error instanceof Error ? error.message : String(error) });
      this.#planRefresh(pod, this.#pods.get(pod.metadata.uid), this.#options.clock.now() + RENEW_RETRY_MS);
    }
  }

  /** Removes the pod's directory with everything in it. */
  async tearDown(uid: string): Promise<void> {
    this.#pods.get(uid)?.refresh?.stop();
    this.#pods.delete(uid);
    for (const key of this.#tokens.keys()) if (key.startsWith(`${uid}/`)) this.#tokens.delete(key);
    await this.#options.files.remove(this.podDir(uid));
  }

  async #setUpOne(volume: Volume, pod: Pod): Promise<MountedVolume> {
    const plugin = (plugins as readonly VolumePlugin[]).find((p) => p.supports(volume));
    try {
      if (!plugin) throw new Error(`no volume plugin matched name: ${Object.keys(volume).find((k) => k !== 'name') ?? volume.name}`);
      return await plugin.setUp(volume, this.#context(plugin, volume, pod));
    } catch (error) {
      throw new MountError(`MountVolume.SetUp failed for volume "${volume.name}" : ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  #context(plugin: VolumePlugin, volume: Volume, pod: Pod): VolumeContext {
    const { client, files, references, lazyTokens, allocatable, hostIPs } = this.#options;
    const gid = pod.spec.securityContext?.fsGroup;
    return {
      pod, client, files, references, lazyTokens,
      dir: joinPath(this.podDir(pod.metadata.uid), 'volumes', plugin.name.replace('/', '~'), volume.name),
      allocatable: allocatable(),
      hostIPs: hostIPs(),
      ...(gid !== undefined && { gid }),
      token: (audience, seconds) => this.#token(pod, audience, seconds),
    };
  }

  /** The same one until it must be renewed. */
  async #token(pod: Pod, audience: string | undefined, expirationSeconds: number): Promise<ServiceAccountToken> {
    const { clock, client } = this.#options;
    const key = `${pod.metadata.uid}/${audience ?? ''}/${expirationSeconds}`;
    const known = this.#tokens.get(key);
    if (known && clock.now() < known.issuedAt + (known.expiresAt - known.issuedAt) * 0.8) return known;
    const request = { spec: { audiences: audience === undefined ? [] : [audience], expirationSeconds, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: pod.metadata.name, uid: pod.metadata.uid } } };
    const account = { namespace: pod.metadata.namespace, name: pod.spec.serviceAccountName ?? 'default' };
    const made = await client.resource(core.ServiceAccount).subresource('token').create<authentication.TokenRequest>(account, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: {}, ...request });
    const token = { token: made.status.token, issuedAt: clock.now(), expiresAt: Date.parse(made.status.expirationTimestamp ?? '') };
    this.#tokens.set(key, token);
    return token;
  }

  #planRefresh(pod: Pod, state: PodState | undefined, atLatest = Infinity): void {
    if (!state) return;
    state.refresh?.stop();
    const due = Math.min(atLatest, ...[...state.volumes.values()].map((v) => v.refreshAt ?? Infinity));
    state.refresh = due === Infinity ? undefined : this.#options.clock.after(Math.max(1000, due - this.#options.clock.now()), () => void this.refresh(pod));
  }
}
