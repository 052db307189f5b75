/**
 * Nodes and the pods on them, with pods that are being bound counted already (assumed). Gives immutable snapshots: a NodeInfo is replaced when it changes, so that a
 * snapshot costs as much as changed since the last one. Behaves like upstream scheduler/backend/cache.
 */
import { newNodeInfo, withoutPod, withPod, type NodeInfo } from '../framework/node-info.ts';
import { newPodInfo, type PodInfo } from '../framework/pod-info.ts';
import type { Node, Pod, Snapshot } from '../framework/interface.ts';

export class SchedulerCache {
  /** Nodes that exist. */
  readonly #nodes = new Map<string, NodeInfo>();
  /** Pods whose node is not known (yet). */
  readonly #homeless = new Map<string, Map<string, PodInfo>>();
  /** Pod uid to its node, assumed ones included. */
  readonly #placed = new Map<string, string>();
  /** Uids of pods that are assumed but not confirmed by a watch event. A subset of #placed. */
  readonly #assumed = new Set<string>();
  #snapshot: Snapshot | undefined;

  snapshot(): Snapshot {
    if (!this.#snapshot) {
      const nodes = [...this.#nodes.values()];
      const byName = new Map(this.#nodes);
      this.#snapshot = { nodes, get: (name) => byName.get(name) };
    }
    return this.#snapshot;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  setNode(node: Node): void {
    const name = node.metadata.name;
    const pods = this.#nodes.get(name)?.pods ?? [...(this.#homeless.get(name)?.values() ?? [])];
    this.#homeless.delete(name);
    this.#replace(newNodeInfo(node, pods));
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    if (info.pods.length > 0) this.#homeless.set(name, new Map(info.pods.map((p) => [p.pod.metadata.uid, p])));
    this.#nodes.delete(name);
    this.#snapshot = undefined;
  }

  /** A pod with a node, as the API server tells: confirms an assumption, or corrects it. */
  setPod(pod: Pod): void {
    this.#assumed.delete(pod.metadata.uid);
    this.#place(newPodInfo(pod), pod.spec.nodeName ?? '');
  }

  removePod(uid: string): void {
    this.#assumed.delete(uid);
    this.#unplace(uid);
  }

  /** Counts a pod on a node before the API server confirms it. */
  assume(info: PodInfo, node: string): void {
    this.#assumed.add(info.pod.metadata.uid);
    this.#place(info, node);
  }

  /** Takes an assumption back; a confirmed pod stays. */
  forget(uid: string): void {
    if (this.#assumed.delete(uid)) this.#unplace(uid);
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid);
  }

  #place(info: PodInfo, node: string): void {
    this.#unplace(info.pod.metadata.uid);
    this.#placed.set(info.pod.metadata.uid, node);
    const on = this.#nodes.get(node);
    if (on) this.#replace(withPod(on, info));
    else this.#homelessOf(node).set(info.pod.metadata.uid, info);
  }

  #unplace(uid: string): void {
    const node = this.#placed.get(uid);
    if (node === undefined) return;
    this.#placed.delete(uid);
    const on = this.#nodes.get(node);
    if (on) this.#replace(withoutPod(on, uid));
    else this.#homeless.get(node)?.delete(uid);
  }

  #homelessOf(node: string): Map<string, PodInfo> {
    let pods = this.#homeless.get(node);
    if (!pods) this.#homeless.set(node, (pods = new Map()));
    return pods;
  }

  #replace(info: NodeInfo): void {
    this.#nodes.set(info.name, info);
    this.#snapshot = undefined;
  }
}
