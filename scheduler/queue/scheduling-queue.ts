/**
 * Pods that want a node: active (to be tried now), backing off (to be tried soon), unschedulable (to be tried after a change that may help), gated (not to be tried).
 * A pod is in exactly one of them, or in flight between `pop` and `done`. Behaves like upstream scheduler/backend/queue.
 */
import type { Clock, Timer } from '../../component-base/clock.ts';
import { Heap } from '../../component-base/heap.ts';
import type { ClusterEvent, Plugin, Pod } from '../framework/interface.ts';
import { newPodInfo, type PodInfo } from '../framework/pod-info.ts';
import { lessByPriority } from '../plugins/priority-sort.ts';

export interface QueuedPod {
  info: PodInfo;
  /** When it came into the queue it is in, in ms. */
  timestamp: number;
  /** Failed attempts so far. */
  attempts: number;
  /** Plug-ins that rejected it last; empty: an error, any change helps. */
  rejectedBy: ReadonlySet<string>;
}

export interface Change {
  readonly resource: ClusterEvent['resource'];
  readonly action: 'Add' | 'Update' | 'Delete';
  readonly old?: unknown;
  readonly object?: unknown;
}

const INITIAL_BACKOFF = 1000;
const MAX_BACKOFF = 10_000;
/** Unschedulable pods are tried again after this long without any change. */
export const MAX_UNSCHEDULABLE = 5 * 60_000;

const uidOf = (p: QueuedPod): string => p.info.pod.metadata.uid;

export function backoffOf(attempts: number): number {
  return attempts === 0 ? 0 : Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (attempts - 1));
}

const readyAt = (p: QueuedPod): number => p.timestamp + backoffOf(p.attempts);

/** Whether one of the plug-ins that rejected the pod cares for the change. */
export function mayHelp(pod: QueuedPod, change: Change, plugins: ReadonlyMap<string, Plugin>): boolean {
  if (pod.rejectedBy.size === 0) return true;
  for (const name of pod.rejectedBy) {
    for (const event of plugins.get(name)?.events ?? []) {
      if (event.resource !== change.resource || !event.actions.includes(change.action)) continue;
      if (event.hint?.(pod.info.pod, change) ?? true) return true;
    }
  }
  return false;
}

export interface SchedulingQueueOptions {
  readonly clock: Clock;
  readonly plugins: readonly Plugin[];
  /** Called when a pod becomes active. */
  onActive(): void;
}

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #plugins: ReadonlyMap<string, Plugin>;
  readonly #onActive: () => void;
  readonly #active = new Heap<QueuedPod>(uidOf, lessByPriority);
  readonly #backoff = new Heap<QueuedPod>(uidOf, (a, b) => readyAt(a) < readyAt(b));
  readonly #unschedulable = new Map<string, QueuedPod>();
  readonly #gated = new Map<string, QueuedPod>();
  /** Between pop and done: changes seen meanwhile, which a failure must not miss. */
  readonly #inFlight = new Map<string, Change[]>();
  #timer: Timer | undefined;
  #flush: Timer | undefined;

  constructor(options: SchedulingQueueOptions) {
    this.#clock = options.clock;
    this.#plugins = new Map(options.plugins.map((p) => [p.name, p]));
    this.#onActive = () => options.onActive();
  }

  get sizes(): { active: number; backoff: number; unschedulable: number; gated: number } {
    return { active: this.#active.size, backoff: this.#backoff.size, unschedulable: this.#unschedulable.size, gated: this.#gated.size };
  }

  /** A pod without a node has come up. */
  add(pod: Pod): void {
    this.delete(pod.metadata.uid);
    this.#enter({ info: newPodInfo(pod), timestamp: this.#clock.now(), attempts: 0, rejectedBy: new Set() });
  }

  /** A waiting pod has changed itself: a gate may be gone, its needs may have shrunk. */
  update(old: Pod, pod: Pod): void {
    const uid = pod.metadata.uid;
    const info = newPodInfo(pod);
    const gated = this.#gated.get(uid);
    if (gated) {
      this.#gated.delete(uid);
      this.#enter({ ...gated, info });
      return;
    }
    const waiting = this.#unschedulable.get(uid);
    if (waiting) {
      waiting.info = info;
      if (specChanged(old, pod)) this.#wake(waiting);
      return;
    }
    const heap = [this.#active, this.#backoff].find((h) => h.has(uid));
    const queued = heap?.get(uid);
    if (heap && queued) heap.set({ ...queued, info });
    else if (!this.#inFlight.has(uid)) this.add(pod);
  }

  delete(uid: string): void {
    this.#active.delete(uid);
    this.#backoff.delete(uid);
    this.#unschedulable.delete(uid);
    this.#gated.delete(uid);
    this.#inFlight.delete(uid);
    this.#arm();
  }

  /** The next pod to try; it is in flight until `done` or `reject`. */
  pop(): QueuedPod | undefined {
    const pod = this.#active.pop();
    if (pod) this.#inFlight.set(uidOf(pod), []);
    return pod;
  }

  done(uid: string): void {
    this.#inFlight.delete(uid);
  }

  /** The attempt failed. A change during the attempt that may help brings the pod back after its back-off. */
  reject(pod: QueuedPod, rejectedBy: ReadonlySet<string>): void {
    const changes = this.#inFlight.get(uidOf(pod));
    if (!changes) return;
    this.#inFlight.delete(uidOf(pod));
    const failed: QueuedPod = { ...pod, attempts: pod.attempts + 1, timestamp: this.#clock.now(), rejectedBy };
    if (rejectedBy.size === 0 || changes.some((c) => mayHelp(failed, c, this.#plugins))) this.#backoff.set(failed);
    else this.#unschedulable.set(uidOf(failed), failed);
    this.#arm();
  }

  /** Something changed in the cluster: pods that it may help are tried again. */
  move(change: Change): void {
    for (const changes of this.#inFlight.values()) changes.push(change);
    for (const pod of [...this.#unschedulable.values()]) if (mayHelp(pod, change, this.#plugins)) this.#wake(pod);
  }

  close(): void {
    this.#timer?.stop();
    this.#flush?.stop();
  }

  #enter(pod: QueuedPod): void {
    for (const plugin of this.#plugins.values()) {
      if (!plugin.preEnqueue?.(pod.info.pod)) continue;
      this.#gated.set(uidOf(pod), pod);
      return;
    }
    this.#active.set(pod);
    this.#onActive();
  }

  #wake(pod: QueuedPod): void {
    this.#unschedulable.delete(uidOf(pod));
    if (readyAt(pod) > this.#clock.now()) {
      this.#backoff.set(pod);
      this.#arm();
    } else this.#enter({ ...pod, timestamp: this.#clock.now() });
  }

  /** One timer for the earliest back-off, one for pods that wait too long. None while nothing waits. */
  #arm(): void {
    this.#timer?.stop();
    const first = this.#backoff.peek();
    if (first) this.#timer = this.#clock.after(Math.max(0, readyAt(first) - this.#clock.now()), () => this.#release());
    if (this.#unschedulable.size > 0) this.#flush ??= this.#clock.after(MAX_UNSCHEDULABLE, () => this.#flushUnschedulable());
  }

  #release(): void {
    for (let first = this.#backoff.peek(); first && readyAt(first) <= this.#clock.now(); first = this.#backoff.peek()) {
      this.#backoff.pop();
      this.#enter({ ...first, timestamp: this.#clock.now() });
    }
    this.#arm();
  }

  #flushUnschedulable(): void {
    this.#flush = undefined;
    const before = this.#clock.now() - MAX_UNSCHEDULABLE;
    for (const pod of [...this.#unschedulable.values()]) if (pod.timestamp <= before) this.#wake(pod);
    this.#arm();
  }
}

/** Status changes alone (the scheduler's own condition) do not bring a pod back. */
function specChanged(old: Pod, pod: Pod): boolean {
  return old.metadata.generation !== pod.metadata.generation || JSON.stringify([old.spec, old.metadata.labels]) !== JSON.stringify([pod.spec, pod.metadata.labels]);
}
