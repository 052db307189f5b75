/** Pods that wait for room being made on a node: they count there for pods that are not more important. Behaves like upstream scheduler/backend/queue/nominator.go. */
import type { Pod } from '../framework/interface.ts';
import { newPodInfo, type PodInfo } from '../framework/pod-info.ts';

export class Nominator {
  readonly #byUid = new Map<string, { readonly info: PodInfo; readonly node: string }>();
  #byNode: ReadonlyMap<string, readonly PodInfo[]> | undefined;

  /** An empty node takes the nomination back. */
  set(info: PodInfo, node: string): void {
    if (node === '') this.delete(info.pod.metadata.uid);
    else {
      this.#byUid.set(info.pod.metadata.uid, { info, node });
      this.#byNode = undefined;
    }
  }

  /** A pending pod as the API server has it; one that was nominated a moment ago keeps that. */
  update(pod: Pod, old?: Pod): void {
    const node = pod.status.nominatedNodeName ?? '';
    const known = this.#byUid.get(pod.metadata.uid);
    if (node !== '') this.set(newPodInfo(pod), node);
    else if ((old?.status.nominatedNodeName ?? '') !== '') this.delete(pod.metadata.uid);
    else if (known) this.set(newPodInfo(pod), known.node);
  }

  delete(uid: string): void {
    if (this.#byUid.delete(uid)) this.#byNode = undefined;
  }

  nodeOf(uid: string): string | undefined {
    return this.#byUid.get(uid)?.node;
  }

  byNode(): ReadonlyMap<string, readonly PodInfo[]> {
    if (this.#byNode) return this.#byNode;
    const byNode = new Map<string, PodInfo[]>();
    for (const { info, node } of this.#byUid.values()) byNode.set(node, [...(byNode.get(node) ?? []), info]);
    return (this.#byNode = byNode);
  }
}
