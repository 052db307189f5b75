/**
 * Sends pod statuses to the API: the newest of each pod, in order, one request a pod at a time. Between podworkers/ (which sets them) and the client.
 * Behaves like upstream pkg/kubelet/status.
 */
import { isNotFound } from '../../apimachinery/errors.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { ResourceClient } from '../../client/interface.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { isEqual } from '../container/equality.ts';
import { isMirrorPod, isTerminalPhase, type Pod, type PodStatus } from '../container/pod.ts';
import { mergePodStatus } from './merge.ts';
import { illegalTransition, normalizedStatus } from './normalize.ts';
import { statusPatch } from './patch.ts';
import { terminatedStatus } from './terminate.ts';

export interface StatusManagerOptions {
  readonly pods: ResourceClient<core.Pod>;
  readonly clock: Clock;
  readonly log: Log;
  /** The pod that the API knows for this uid: the mirror of a static pod, or the pod itself. Undefined when there is none (yet). */
  apiPod(uid: string): Pod | undefined;
  couldHaveRunningContainers(uid: string): boolean;
  readonly signal: AbortSignal;
}

interface Versioned {
  readonly pod: Pod;
  readonly status: PodStatus;
  /** Grows with each change; what was sent is compared with it. */
  readonly version: number;
  readonly isFinished: boolean;
}

/** So many pods are sent at once. */
const PARALLEL = 8;
const RETRY_MS = 10_000;
const RETRY_SOON_MS = 500;

export class StatusManager {
  readonly #options: StatusManagerOptions;
  readonly #statuses = new Map<string, Versioned>();
  readonly #sent = new Map<string, number>();
  /** Uids that wait to be sent. */
  readonly #dirty = new Set<string>();
  /** Uids being sent; disjoint workers. */
  readonly #sending = new Set<string>();
  readonly #failures = new Map<string, number>();

  constructor(options: StatusManagerOptions) {
    this.#options = options;
  }

  /** What was last set. */
  get(uid: string): PodStatus | undefined {
    return this.#statuses.get(uid)?.status;
  }

  set(pod: Pod, status: PodStatus): void {
    this.#update(pod, status, false, false);
  }

  /** The pod will not change any more: its last status is sent, and, when it is being deleted, then it is removed from the API. */
  terminate(pod: Pod): void {
    this.#update(pod, terminatedStatus(pod, this.get(pod.metadata.uid) ?? (structuredClone(pod.status) as PodStatus)), true, true);
  }

  /** A pod that never ran here and never will. */
  reject(pod: Pod, status: PodStatus): void {
    this.#update(pod, status, false, true);
  }

  /** The API's object changed: what was reported may have to be sent again, or the removal may be due. */
  reconcile(uid: string): void {
    const found = this.#statuses.get(uid);
    const pod = this.#options.apiPod(uid);
    if (!found || !pod || this.#sent.get(uid) !== found.version) return;
    const merged = mergePodStatus(pod, pod.status as PodStatus, found.status, this.#options.couldHaveRunningContainers(uid));
    const due = this.#canBeDeleted(pod, found);
    if (!due && statusPatch(pod.metadata.uid, pod.status as PodStatus, merged) === undefined) return;
    this.#sent.delete(uid);
    this.#enqueue(uid);
  }

  /** Sends again, without a change: whether containers could run has changed. */
  resend(uid: string): void {
    if (!this.#statuses.has(uid)) return;
    this.#sent.delete(uid);
    this.#enqueue(uid);
  }

  forget(uid: string): void {
    this.#statuses.delete(uid);
    this.#sent.delete(uid);
    this.#dirty.delete(uid);
    this.#failures.delete(uid);
  }

  #update(pod: Pod, status: PodStatus, force: boolean, isFinished: boolean): void {
    const { uid } = pod.metadata;
    const cached = this.#statuses.get(uid);
    const before = cached?.status ?? ((this.#options.apiPod(uid) ?? pod).status as PodStatus | undefined) ?? {};
    const illegal = illegalTransition(pod, before, status);
    if (illegal !== undefined) {
      this.#options.log.warn('status update on pod aborted', { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, why: illegal });
      return;
    }
    const next = normalizedStatus(pod, before, status, this.#options.clock.now());
    if (cached && !force && isEqual(cached.status, next)) return;
    this.#statuses.set(uid, { pod, status: next, version: (cached?.version ?? 0) + 1, isFinished: isFinished || (cached?.isFinished ?? false) });
    this.#enqueue(uid);
  }

  #enqueue(uid: string): void {
    this.#dirty.add(uid);
    this.#pump();
  }

  #pump(): void {
    for (const uid of this.#dirty) {
      if (this.#sending.size >= PARALLEL || this.#options.signal.aborted) return;
      if (this.#sending.has(uid)) continue;
      this.#dirty.delete(uid);
      this.#sending.add(uid);
      void this.#sendOne(uid);
    }
  }

  async #sendOne(uid: string): Promise<void> {
    try {
      await this.#sync(uid);
      this.#failures.delete(uid);
    } catch (error) {
      this.#retry(uid, error);
    } finally {
      this.#sending.delete(uid);
      this.#pump();
    }
  }

  #retry(uid: string, error: unknown): void {
    const { clock, log, signal } = this.#options;
    if (signal.aborted) return;
    const failures = (this.#failures.get(uid) ?? 0) + 1;
    this.#failures.set(uid, failures);
    log.warn('failed to update status for pod', { uid, why: error instanceof Error ? error.message : String(error) });
    clock.after(Math.min(RETRY_MS, RETRY_SOON_MS * 2 ** failures), () => this.#statuses.has(uid) && this.#enqueue(uid));
  }

  async #sync(uid: string): Promise<void> {
    const found = this.#statuses.get(uid);
    const apiPod = this.#options.apiPod(uid);
    if (!found || !apiPod) return;
    const { pods, signal } = this.#options;
    if (this.#sent.get(uid) === found.version && !this.#canBeDeleted(apiPod, found)) return;
    const key = { namespace: apiPod.metadata.namespace, name: apiPod.metadata.name };
    const server = await orGone(pods.get(key, { signal }));
    if (!server || server.metadata.uid !== apiPod.metadata.uid) return;
    const latest = await this.#patch(key, server, found, uid);
    this.#sent.set(uid, found.version);
    if (!latest || !this.#canBeDeleted(latest, found)) return;
    await orGone(pods.delete(key, { gracePeriodSeconds: 0, preconditions: { uid: latest.metadata.uid }, signal }));
  }

  /** The pod as it is afterwards; undefined when it is gone. */
  async #patch(key: { namespace: string; name: string }, server: Pod, found: Versioned, uid: string): Promise<Pod | undefined> {
    const before = server.status as PodStatus;
    const merged = mergePodStatus(server, before, found.status, this.#options.couldHaveRunningContainers(uid));
    const patch = statusPatch(server.metadata.uid, before, merged);
    if (!patch) return server;
    return orGone(this.#options.pods.subresource('status').patch(key, { type: 'strategic', body: patch }, { signal: this.#options.signal }));
  }

  #canBeDeleted(pod: Pod, found: Versioned): boolean {
    return found.isFinished && pod.metadata.deletionTimestamp !== undefined && !isMirrorPod(pod) && isTerminalPhase(pod.status.phase);
  }
}

async function orGone<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
