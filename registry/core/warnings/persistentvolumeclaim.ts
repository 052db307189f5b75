/** Claims of fractions of a byte. Behaves like upstream pkg/api/persistentvolumeclaim/util.go (GetWarningsForPersistentVolumeClaim). */
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import type { PersistentVolumeClaimSpec } from '../../../apimachinery/types/core.gen.ts';
import { Path } from '../../../apimachinery/validation/field.ts';
import { fractionWarning } from './fraction.ts';

const STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** `path`: of the claim's spec. */
export function claimWarnings(path: string, { resources }: PersistentVolumeClaimSpec): readonly string[] {
  const told: string[] = [];
  fractionWarning(resources?.requests, 'storage', Path.of(path, 'resources', 'requests'), told);
  fractionWarning(resources?.limits, 'storage', Path.of(path, 'resources', 'limits'), told);
  return told;
}

export function claimMetadataWarnings({ annotations }: ObjectMeta): readonly string[] {
  return annotations?.[STORAGE_CLASS] === undefined
    ? []
    : [`metadata.annotations[${STORAGE_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`];
}
