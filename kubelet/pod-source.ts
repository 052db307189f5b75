/** The pods of this node as the API and files tell of them, turned into work: admission first, then a worker. Between informers and podworkers/. Behaves like upstream pkg/kubelet HandlePodAdditions, HandlePodUpdates and HandlePodRemoves. */
import type * as core from '../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import type { Log } from '../component-base/log.ts';
import { admitPod } from './admission/admit.ts';
import { isMirrorPod, isStaticPod, isTerminalPhase, type Pod, type PodStatus } from './container/pod.ts';
import type { PodWorkers } from './podworkers/pod-workers.ts';
import type { StatusManager } from './status/status-manager.ts';
import { podQOS } from './status/qos.ts';

export interface PodSourceOptions {
  readonly workers: PodWorkers;
  readonly statuses: StatusManager;
  readonly log: Log;
  node(): DeepReadonly<core.Node> | undefined;
  event(pod: Pod, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

const REJECTED = 'Pod was rejected: ';

export class PodSource {
  readonly #options: PodSourceOptions;

  constructor(options: PodSourceOptions) {
    this.#options = options;
  }

  add(pod: Pod): void {
    if (isMirrorPod(pod)) return;
    const { workers } = this.#options;
    const isNew = !workers.get(pod.metadata.uid);
    const node = this.#options.node();
    if (isNew && node && pod.metadata.deletionTimestamp === undefined && !isTerminalPhase(pod.status?.phase) && !hasStarted(pod)) {
      const rejection = admitPod(pod, node, workers.active().filter((p) => !isTerminalPhase(p.status?.phase)));
      if (rejection) {
        this.#reject(pod, rejection.reason, rejection.message);
        return;
      }
    }
    workers.update(pod);
  }

  update(before: Pod, pod: Pod): void {
    if (before.metadata.uid !== pod.metadata.uid) this.remove(before);
    const worker = this.#options.workers.get(pod.metadata.uid);
    if (!worker) {
      this.add(pod);
      return;
    }
    if (onlyStatusChanged(before, pod)) worker.refresh(pod);
    else this.#options.workers.update(pod);
    this.#options.statuses.reconcile(pod.metadata.uid);
  }

  remove(pod: Pod): void {
    if (isMirrorPod(pod) && !isStaticPod(pod)) return;
    this.#options.workers.remove(pod.metadata.uid);
  }

  #reject(pod: Pod, reason: string, message: string): void {
    this.#options.event(pod, 'Warning', reason, message);
    this.#options.workers.reject(pod);
    const { generation } = pod.metadata;
    const status: PodStatus = { ...(structuredClone(pod.status ?? {}) as PodStatus), ...(generation !== undefined && { observedGeneration: generation }), phase: 'Failed', reason, message: REJECTED + message, qosClass: podQOS(pod) };
    this.#options.statuses.reject(pod, status);
  }
}

/** A kubelet that starts again finds its pods running. */
const hasStarted = (pod: Pod): boolean => (pod.status?.containerStatuses ?? []).some((s) => s.state?.running !== undefined || s.state?.terminated !== undefined);

/** Our own report coming back: nothing to do for the worker. */
function onlyStatusChanged(before: Pod, pod: Pod): boolean {
  const { metadata: a } = before;
  const { metadata: b } = pod;
  return a.uid === b.uid && a.generation === b.generation && b.generation !== undefined && a.deletionTimestamp === b.deletionTimestamp && a.deletionGracePeriodSeconds === b.deletionGracePeriodSeconds
    && sameMap(a.labels, b.labels) && sameMap(a.annotations, b.annotations) && isTerminalPhase(before.status?.phase) === isTerminalPhase(pod.status?.phase)
    && sameReadiness(before, pod);
}

function sameMap(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => a[k] === b[k]);
}

/** Readiness gates are set by others through the status. */
function sameReadiness(before: Pod, pod: Pod): boolean {
  const gates = (pod.spec.readinessGates ?? []).map((g) => g.conditionType);
  const of = (p: Pod, type: string): string | undefined => p.status?.conditions?.find((c) => c.type === type)?.status;
  return gates.every((type) => of(before, type) === of(pod, type));
}
