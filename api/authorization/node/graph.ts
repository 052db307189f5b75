/** Which objects a node has to do with: what the pods on it name. Follows pods, volumes, attachments and slices once it is first asked. Behaves like upstream plugin/pkg/auth/authorizer/node/graph.go. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import * as resource from '../../../apimachinery/types/resource.gen.ts';
import * as storage from '../../../apimachinery/types/storage.gen.ts';
import type { DeepReadonly, ResourceType } from '../../../apimachinery/types/type.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { Stores } from '../../../registry/generic/context.ts';
import { podReferences } from './pod-references.ts';

export type Vertex = 'configmap' | 'node' | 'pod' | 'pvc' | 'pv' | 'resourceclaim' | 'resourceslice' | 'secret' | 'serviceAccount' | 'volumeattachment';

export interface NodeGraph {
  /** Whether the object leads to the node, directly or by a pod, claim or volume. */
  leadsTo(nodeName: string, type: Vertex, namespace: string, name: string): boolean;
}

const id = (type: Vertex, namespace: string, name: string): string => `${type}\0${namespace}\0${name}`;

class Edges {
  /** From a vertex to those that it leads to, with how many objects say so. */
  readonly #to = new Map<string, Map<string, number>>();
  /** What an object contributed: taken back when it changes. */
  readonly #by = new Map<string, readonly (readonly [from: string, to: string])[]>();

  set(owner: string, edges: readonly (readonly [string, string])[]): void {
    this.clear(owner);
    for (const [from, to] of edges) {
      const targets = this.#to.get(from) ?? new Map<string, number>();
      this.#to.set(from, targets.set(to, (targets.get(to) ?? 0) + 1));
    }
    if (edges.length > 0) this.#by.set(owner, edges);
  }

  clear(owner: string): void {
    for (const [from, to] of this.#by.get(owner) ?? []) {
      const targets = this.#to.get(from);
      const count = (targets?.get(to) ?? 0) - 1;
      if (count > 0) targets?.set(to, count);
      else targets?.delete(to);
      if (targets?.size === 0) this.#to.delete(from);
    }
    this.#by.delete(owner);
  }

  reaches(from: string, wanted: string, depth = 5): boolean {
    const targets = this.#to.get(from);
    if (!targets || depth === 0) return false;
    if (targets.has(wanted)) return true;
    for (const next of targets.keys()) if (!next.startsWith('node\0') && this.reaches(next, wanted, depth - 1)) return true;
    return false;
  }
}

export function newNodeGraph(stores: Stores): NodeGraph {
  let edges: Edges | undefined;
  return {
    leadsTo(nodeName, type, namespace, name) {
      edges ??= follow(stores);
      return edges.reaches(id(type, namespace, name), id('node', '', nodeName));
    },
  };
}

function follow(stores: Stores): Edges {
  const edges = new Edges();
  const watch = <T extends { metadata: Obj['metadata'] }>(type: ResourceType<T>, vertex: Vertex, edgesOf: (obj: DeepReadonly<T>) => readonly (readonly [string, string])[]): void => {
    const reader = stores.cached(type as unknown as ResourceType<Obj>);
    const set = (obj: DeepReadonly<Obj>): void => edges.set(id(vertex, obj.metadata.namespace ?? '', obj.metadata.name), edgesOf(obj as unknown as DeepReadonly<T>));
    reader.onChange(({ key, object }) => (object ? set(object) : edges.clear(id(vertex, key.namespace, key.name))));
    reader.list().forEach(set);
  };
  watch(core.Pod, 'pod', podEdges);
  watch(core.PersistentVolume, 'pv', volumeEdges);
  watch(storage.VolumeAttachment, 'volumeattachment', (a) => [[id('volumeattachment', '', a.metadata.name), id('node', '', a.spec.nodeName)]]);
  watch(resource.ResourceSlice, 'resourceslice', (s) => (s.spec.nodeName ? [[id('resourceslice', '', s.metadata.name), id('node', '', s.spec.nodeName)]] : []));
  return edges;
}

function podEdges(pod: DeepReadonly<core.Pod>): readonly (readonly [string, string])[] {
  if (!pod.spec.nodeName) return [];
  const namespace = pod.metadata.namespace ?? '';
  const self = id('pod', namespace, pod.metadata.name);
  const edges: (readonly [string, string])[] = [[self, id('node', '', pod.spec.nodeName)]];
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return edges;
  for (const { type, name } of podReferences(pod)) edges.push([id(type, namespace, name), self]);
  return edges;
}

/** A claim reaches its pods; what the volume needs reaches the claim. */
function volumeEdges(pv: DeepReadonly<core.PersistentVolume>): readonly (readonly [string, string])[] {
  const claim = pv.spec?.claimRef;
  if (!claim) return [];
  const self = id('pv', '', pv.metadata.name);
  const secrets = volumeSecrets(pv.spec, claim.namespace ?? '');
  return [[self, id('pvc', claim.namespace ?? '', claim.name ?? '')], ...secrets.map(([namespace, name]) => [id('secret', namespace, name), self] as const)];
}

interface SecretRef {
  readonly name?: string;
  readonly namespace?: string;
}

function volumeSecrets(spec: DeepReadonly<core.PersistentVolumeSpec>, claimNamespace: string): (readonly [namespace: string, name: string])[] {
  const csi = spec.csi;
  const refs: (SecretRef | null | undefined)[] = [
    spec.cephfs?.secretRef,
    spec.cinder?.secretRef,
    spec.flexVolume?.secretRef,
    spec.rbd?.secretRef,
    spec.scaleIO?.secretRef,
    spec.iscsi?.secretRef,
    spec.storageos?.secretRef,
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
    spec.azureFile && { name: spec.azureFile.secretName, namespace: spec.azureFile.secretNamespace ?? claimNamespace },
  ];
  return refs.flatMap((r) => (r?.name ? [[r.namespace ? r.namespace : claimNamespace, r.name] as const] : []));
}
