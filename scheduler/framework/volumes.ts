/** A pod's claims and the volumes that could serve them on a node. Behaves like upstream component-helpers/storage/volume. */
import { labelSelectorAsSelector } from '../../apimachinery/labels/selector.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type * as storage from '../../apimachinery/types/storage.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Handle, Node, Pod } from './interface.ts';
import { meetsRequirement, meetsTerm } from './node-selector.ts';

export type Claim = DeepReadonly<core.PersistentVolumeClaim>;
export type Volume = DeepReadonly<core.PersistentVolume>;
export type StorageClass = DeepReadonly<storage.StorageClass>;

export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** A volume of the pod that is a claim. */
export interface ClaimUse {
  readonly name: string;
  /** Made for this pod by the ephemeral volume controller. */
  readonly isEphemeral: boolean;
}

export function claimUses(pod: Pod): ClaimUse[] {
  return (pod.spec.volumes ?? []).flatMap((v): ClaimUse[] => {
    if (v.persistentVolumeClaim) return [{ name: v.persistentVolumeClaim.claimName, isEphemeral: false }];
    return v.ephemeral ? [{ name: `${pod.metadata.name}-${v.name}`, isEphemeral: true }] : [];
  });
}

export function claimOf({ informers }: Handle, pod: Pod, name: string): Claim | undefined {
  return informers.informer(core.PersistentVolumeClaim).lister.get({ namespace: pod.metadata.namespace ?? '', name });
}

export const notFound = (claim: string): string => `persistentvolumeclaim "${claim}" not found`;

export const classOf = (obj: Claim | Volume): string => obj.metadata.annotations?.[OLD_CLASS] ?? obj.spec.storageClassName ?? '';
export const isBound = (claim: Claim): boolean => (claim.spec.volumeName ?? '') !== '' && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;

/** Whether the volume can be reached from the node. */
export function reaches(volume: Volume, node: Node): boolean {
  const required = volume.spec.nodeAffinity?.required;
  return !required || (required.nodeSelectorTerms ?? []).some((t) => meetsTerm(t, node));
}

/** Whether the class provisions volumes for the node; no terms: for every node. */
export function allowsTopology(storageClass: StorageClass, node: Node): boolean {
  const terms = storageClass.allowedTopologies ?? [];
  const labels = node.metadata.labels ?? {};
  return terms.length === 0 || terms.some((t) => (t.matchLabelExpressions ?? []).every(({ key, values }) => meetsRequirement({ key, operator: 'In', values: [...(values ?? [])] }, labels)));
}

function isFor({ spec: { claimRef: ref } }: Volume, { metadata }: Claim): boolean {
  return ref?.name === metadata.name && ref.namespace === metadata.namespace && ((ref.uid ?? '') === '' || ref.uid === metadata.uid);
}

const sizeOf = (volume: Volume) => parseQuantity(volume.spec.capacity?.['storage'] ?? '0');
export const requestOf = (claim: Claim) => parseQuantity(claim.spec.resources?.requests?.['storage'] ?? '0');

function suits(volume: Volume, claim: Claim): boolean {
  const { accessModes, selector, volumeMode = 'Filesystem', volumeAttributesClassName = '' } = claim.spec;
  return (
    sizeOf(volume).cmp(requestOf(claim)) >= 0 &&
    (volume.spec.volumeMode ?? 'Filesystem') === volumeMode &&
    (volume.spec.volumeAttributesClassName ?? '') === volumeAttributesClassName &&
    volume.metadata.deletionTimestamp == null &&
    (accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
    (selector === undefined || labelSelectorAsSelector(selector).matches(volume.metadata.labels))
  );
}

/** The one that names the claim, else the smallest that is free and suits it; only what the node reaches. */
export function findVolume(claim: Claim, volumes: readonly Volume[], node: Node, taken: ReadonlySet<string>): Volume | undefined {
  const possible = volumes.filter((v) => !taken.has(v.metadata.name) && suits(v, claim) && reaches(v, node));
  const named = possible.find((v) => isFor(v, claim));
  if (named) return named;
  const free = possible.filter((v) => !v.spec.claimRef && v.status.phase === 'Available' && classOf(v) === classOf(claim));
  return [...free].sort((a, b) => sizeOf(a).cmp(sizeOf(b)) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}
