/** Which volume suits a claim. Pure. Behaves like upstream k8s.io/component-helpers/storage/volume FindMatchingVolume. */
import { parseQuantity } from '../../apimachinery/quantity.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { selectorOf } from '../framework/labels.ts';

export type Volume = DeepReadonly<core.PersistentVolume>;
export type Claim = DeepReadonly<core.PersistentVolumeClaim>;

const OLD_CLASS = 'volume.beta.kubernetes.io/storage-class';

export function classOf(obj: Volume | Claim): string {
  return obj.metadata.annotations?.[OLD_CLASS] ?? (obj.spec as { storageClassName?: string }).storageClassName ?? '';
}

/** Whether the volume says that it is for this claim (whose uid it may not know yet). */
export function isFor(volume: Volume, claim: Claim): boolean {
  const ref = volume.spec.claimRef;
  return ref?.name === claim.metadata.name && ref.namespace === claim.metadata.namespace && ((ref.uid ?? '') === '' || ref.uid === claim.metadata.uid);
}

function fits(volume: Volume, claim: Claim): boolean {
  const { accessModes = [], resources, selector, volumeMode = 'Filesystem' } = claim.spec;
  const requested = parseQuantity(resources?.requests?.['storage'] ?? '0');
  return (
    parseQuantity(volume.spec.capacity?.['storage'] ?? '0').cmp(requested) >= 0 &&
    (volume.spec.volumeMode ?? 'Filesystem') === volumeMode &&
    (accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
    (claim.spec.volumeAttributesClassName ?? '') === (volume.spec.volumeAttributesClassName ?? '')&&
    (selector === undefined || selectorOf(selector)(volume.metadata.labels))
  );
}

/** One that is reserved for the claim first; else the smallest that fits and is free. */
export function findVolume(claim: Claim, volumes: readonly Volume[]): Volume | undefined {
  const reserved = volumes.find((volume) => volume.spec.claimRef && isFor(volume, claim));
  if (reserved) return fits(reserved, claim) || reserved.spec.claimRef?.uid === claim.metadata.uid ? reserved : undefined;
  const free = volumes.filter((v) => !v.spec.claimRef && v.metadata.deletionTimestamp === undefined && v.status?.phase === 'Available' && classOf(v) === classOf(claim) && fits(v, claim));
  const size = (v: Volume) => parseQuantity(v.spec.capacity?.['storage'] ?? '0');
  return [...free].sort((a, b) => size(a).cmp(size(b)) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
}
