/** The secrets, config maps, claims and accounts that a pod names. Behaves like upstream pkg/api/v1/pod/util.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

export interface PodReference {
  readonly type: 'secret' | 'configmap' | 'pvc' | 'serviceAccount' | 'resourceclaim';
  readonly name: string;
}

type Pod = DeepReadonly<core.Pod>;
type Volume = DeepReadonly<core.Volume>;

export function podReferences(pod: Pod): readonly PodReference[] {
  const found: PodReference[] = [];
  const add = (type: PodReference['type'], name: string | null | undefined): void => {
    if (name) found.push({ type, name });
  };
  add('serviceAccount', pod.spec.serviceAccountName);
  for (const { name } of pod.spec.imagePullSecrets ?? []) add('secret', name);
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? []), ...(pod.spec.ephemeralContainers ?? [])]) environment(container, add);
  for (const volume of pod.spec.volumes ?? []) volumeReferences(pod, volume, add);
  for (const claim of pod.spec.resourceClaims ?? []) {
    add('resourceclaim', claim.resourceClaimName ?? (pod.status?.resourceClaimStatuses ?? []).find((s) => s.name === claim.name)?.resourceClaimName);
  }
  add('resourceclaim', pod.status?.extendedResourceClaimStatus?.resourceClaimName);
  return found;
}

type Add = (type: PodReference['type'], name: string | null | undefined) => void;

function environment(container: DeepReadonly<Pick<core.Container, 'env' | 'envFrom'>>, add: Add): void {
  for (const from of container.envFrom ?? []) {
    add('secret', from.secretRef?.name);
    add('configmap', from.configMapRef?.name);
  }
  for (const { valueFrom } of container.env ?? []) {
    add('secret', valueFrom?.secretKeyRef?.name);
    add('configmap', valueFrom?.configMapKeyRef?.name);
  }
}

function volumeReferences(pod: Pod, volume: Volume, add: Add): void {
  add('secret', volume.secret?.secretName);
  add('secret', volume.azureFile?.secretName);
  for (const source of [volume.cephfs, volume.flexVolume, volume.rbd, volume.scaleIO, volume.iscsi, volume.storageos, volume.cinder]) add('secret', source?.secretRef?.name);
  add('secret', volume.csi?.nodePublishSecretRef?.name);
  add('configmap', volume.configMap?.name);
  for (const source of volume.projected?.sources ?? []) {
    add('secret', source.secret?.name);
    add('configmap', source.configMap?.name);
  }
  add('pvc', volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined));
}
