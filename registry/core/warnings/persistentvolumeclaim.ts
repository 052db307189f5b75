/** Claims of fractions of a byte. Behaves like upstream pkg/api/persistentvolumeclaim/util.go (GetWarningsForPersistentVolumeClaim). */
import type { ObjectMeta } from '../../../apimachinery/types/meta.gen.ts';
import type { PersistentVolumeClaimSpec } from '../../../apimachinery/types/core.gen.ts';
import { fractionWarning } from './fraction.ts';

const STORAGE_CLASS = 'volume.beta.kubernetes.io/storage-class';

export const claimWarnings = (path: string, { resources }: PersistentVolumeClaimSpec): readonly string[] => [
  ...fractionWarning(`${path}.resources.requests`, resources?.requests, 'storage'),
  ...fractionWarning(`${path}.resources.limits`, resources?.limits, 'storage'),
];

export function claimMetadataWarnings({ annotations }: ObjectMeta): readonly string[] {
  return annotations?.[STORAGE_CLASS] === undefined
    ? []
    : [`metadata.annotations[${STORAGE_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead`];
}
