/** Which API objects a pod names: mirror pods may name none. Behaves like upstream pkg/api/pod/util.go (HasAPIObjectReference). */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { podReferences } from '../authorization/node/pod-references.ts';

type Volume = DeepReadonly<core.Volume>;

const VOLUMES: readonly (readonly [keyof core.Volume, string])[] = [
  ['configMap', 'configmaps (via configmap volumes)'],
  ['secret', 'secrets (via secret volumes)'],
  ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
  ['azureFile', 'secrets (via azureFile volumes)'],
];
const PROJECTED: readonly (readonly [keyof core.VolumeProjection, string])[] = [
  ['configMap', 'configmaps (via projected volumes)'],
  ['secret', 'secrets (via projected volumes)'],
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'],
  ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificates'],
];

/** The resource, in words; undefined: none. */
export function namedObjects(pod: DeepReadonly<core.Pod>): string | undefined {
  if (pod.spec.serviceAccountName) return 'serviceaccounts';
  const references = podReferences(pod);
  if (references.some((r) => r.type === 'secret')) return 'secrets';
  if (references.some((r) => r.type === 'configmap')) return 'configmaps';
  if ((pod.spec.resourceClaims ?? []).length > 0) return 'resourceclaims';
  for (const volume of pod.spec.volumes ?? []) {
    const found = inVolume(volume);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inVolume(volume: Volume): string | undefined {
  const direct = VOLUMES.find(([field]) => volume[field] !== undefined && volume[field] !== null);
  if (direct) return direct[1];
  for (const source of volume.projected?.sources ?? []) {
    const found = PROJECTED.find(([field]) => source[field] !== undefined && source[field] !== null);
    if (found) return found[1];
  }
  return undefined;
}
