/**
 * What a scheduler plug-in is: one file of ../plugins, an object with the methods of the extension points it has. The scheduler (../scheduler.ts) runs them
 * in the order of the profile. Behaves like upstream k8s.io/kube-scheduler/framework.
 */
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { ResourceType } from '../../apimachinery/types/type.ts';
import type { Client, SharedInformers } from '../../client/interface.ts';
import type { EventsRecorder } from '../../client/record/events-recorder.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { NodeInfo } from './node-info.ts';
import type { Node, Pod } from './objects.ts';
import type { PodInfo } from './pod-info.ts';

export type { Node, Pod };

/** Why a plug-in said no. No Status at all is success. */
export interface Status {
  /**
   * Unschedulable: another time, or after preemption, perhaps. UnschedulableAndUnresolvable: preemption cannot help. Skip: the plug-in has nothing to say in this cycle.
   * Pending: the pod waits for something that no change of the cluster brings about. Error: a failure, retried.
   */
  readonly code: 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Skip' | 'Pending' | 'Error';
  readonly reasons: readonly string[];
}

export const unschedulable = (...reasons: readonly string[]): Status => ({ code: 'Unschedulable', reasons });
export const unresolvable = (...reasons: readonly string[]): Status => ({ code: 'UnschedulableAndUnresolvable', reasons });
export const SKIP: Status = { code: 'Skip', reasons: [] };

/** A typed place in a cycle's state, one a plug-in and purpose. */
export interface StateKey<T> {
  readonly id: string;
  readonly __type?: T;
}
export const stateKey = <T>(id: string): StateKey<T> => ({ id });

/** What plug-ins hand from one extension point to the next within one cycle. */
export class CycleState {
  readonly #values = new Map<string, unknown>();

  read<T>(key: StateKey<T>): T | undefined {
    return this.#values.get(key.id) as T | undefined;
  }

  write<T>(key: StateKey<T>, value: T): void {
    this.#values.set(key.id, value);
  }

  clone(): CycleState {
    const copy = new CycleState();
    for (const [k, v] of this.#values) copy.#values.set(k, v);
    return copy;
  }
}

/** The cluster as one cycle sees it; immutable. */
export interface Snapshot {
  readonly nodes: readonly NodeInfo[];
  /** Node to the pods for which preemption makes room there; absent: none. */
  readonly nominated?: ReadonlyMap<string, readonly PodInfo[]>;
  get(name: string): NodeInfo | undefined;
}

/** How plug-ins reach beyond the snapshot. */
export interface Handle {
  readonly client: Client;
  readonly informers: SharedInformers;
  readonly clock: Clock;
}

/** One attempt to place one pod. */
export interface Cycle {
  readonly pod: Pod;
  readonly info: PodInfo;
  readonly snapshot: Snapshot;
  readonly state: CycleState;
  readonly handle: Handle;
}

/** A kind of change after which a pod that this plug-in rejected may fit. */
export interface ClusterEvent {
  readonly resource: 'Node' | 'Pod' | 'AssignedPod' | 'PersistentVolumeClaim' | 'PersistentVolume' | 'StorageClass' | 'CSINode';
  readonly actions: readonly ('Add' | 'Update' | 'Delete')[];
  /** Narrower: whether this change can help this pod. Absent: it can. */
  hint?(pod: Pod, change: { readonly old?: unknown; readonly object?: unknown }): boolean;
}

/** What preemption needs of the scheduler. */
export interface PostFilterTools {
  /** Runs every filter on `node` as changed: why the pod would not fit, or nothing. */
  filter(cycle: Cycle, node: NodeInfo): Status | undefined;
  readonly plugins: readonly Plugin[];
  readonly signal: AbortSignal;
  readonly recorder: EventsRecorder;
  readonly rand: Rand;
  readonly log: Log;
}

export interface PreFilterResult {
  readonly status?: Status;
  /** Only these nodes are worth a look. */
  readonly nodeNames?: ReadonlySet<string>;
}

/** What a plug-in could do for a pod that fits nowhere. */
export interface PostFilterResult {
  /** Joined to the message of the failure. */
  readonly message: string;
  /** Later plug-ins are not asked. */
  readonly stop?: boolean;
  /** It tried and failed: the pod is tried again soon. */
  readonly isFailure?: boolean;
  /** Where room is being made; '' takes an earlier nomination back. */
  readonly nominatedNode?: string;
}

export interface Plugin {
  readonly name: string;
  /** Of its score; 0 or absent: no score. */
  readonly weight?: number;
  readonly events?: readonly ClusterEvent[];
  /** Collections that it reads: they are complete before the first cycle. */
  readonly needs?: readonly ResourceType<ApiObject>[];
  /** Before the pod may enter the active queue. */
  preEnqueue?(pod: Pod): Status | undefined;
  preFilter?(cycle: Cycle): PreFilterResult | undefined;
  filter?(cycle: Cycle, node: NodeInfo): Status | undefined;
  /** Keeps the state written by preFilter true while preemption tries a node with a pod more or less. */
  addPod?(cycle: Cycle, pod: PodInfo, node: NodeInfo): void;
  removePod?(cycle: Cycle, pod: PodInfo, node: NodeInfo): void;
  /** The pod fits nowhere: `nodes` says why, node by node. */
  postFilter?(cycle: Cycle, nodes: ReadonlyMap<string, Status>, tools: PostFilterTools): Promise<PostFilterResult>;
  preScore?(cycle: Cycle, nodes: readonly NodeInfo[]): Status | undefined;
  /** Any range; normalised to 0..100 by normalizeScore. */
  score?(cycle: Cycle, node: NodeInfo): number;
  /** In place, in the order of the nodes given to score. */
  normalizeScore?(cycle: Cycle, nodes: readonly NodeInfo[], scores: number[]): void;
  reserve?(cycle: Cycle, node: string): Status | undefined;
  unreserve?(cycle: Cycle, node: string): void;
  preBind?(cycle: Cycle, node: string, signal: AbortSignal): Promise<Status | undefined>;
  bind?(cycle: Cycle, node: string, signal: AbortSignal): Promise<void>;
}

export const MAX_NODE_SCORE = 100;

/** Scales scores so that the greatest is 100; reversed: the least was best. */
export function defaultNormalizeScore(scores: number[], reverse: boolean): void {
  const max = scores.reduce((m, s) => Math.max(m, s), 0);
  for (let i = 0; i < scores.length; i++) {
    const scaled = max === 0 ? 0 : Math.floor(((scores[i] ?? 0) * MAX_NODE_SCORE) / max);
    scores[i] = reverse ? MAX_NODE_SCORE - scaled : scaled;
  }
}
