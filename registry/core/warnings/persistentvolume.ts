/** Deprecated kinds of volumes. Behaves like upstream pkg/api/persistentvolume/util.go (GetWarningsForPersistentVolume). */
import type { PersistentVolume } from '../../../apimachinery/types/core.gen.ts';
import { termWarnings } from './node-labels.ts';

const ANNOTATIONS: Readonly<Record<string, string>> = {
  'volume.beta.kubernetes.io/storage-class': 'deprecated since v1.8; use "storageClassName" attribute instead',
  'volume.beta.kubernetes.io/mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead',
};

const SOURCES: Readonly<Record<string, string>> = {
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

const printed = (source: string): string => (source === 'storageos' ? 'storageOS' : source);

export function persistentVolumeWarnings({ metadata, spec }: PersistentVolume): readonly string[] {
  const given: Readonly<Record<string, unknown>> = { ...spec };
  return [
    ...Object.entries(ANNOTATIONS).flatMap(([key, text]) =>
      metadata.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${text}`],
    ),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).flatMap((t, i) =>
      termWarnings(t, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`),
    ),
    ...Object.entries(SOURCES).flatMap(([source, text]) => (given[source] === undefined ? [] : [`spec.${printed(source)}: ${text}`])),
  ];
}
