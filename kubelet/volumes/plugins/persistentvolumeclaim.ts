/** Claims bound to a hostPath or local volume, and generic ephemeral volumes. Behaves like upstream pkg/kubelet/volumemanager getPVCExtractPV. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { VolumePlugin } from '../plugin.ts';
import { checkHostPath } from './hostpath.ts';

export default {
  name: 'kubernetes.io/persistent-volume-claim',
  supports: (volume) => volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined,
  async setUp(volume, { pod, client, files }) {
    const { namespace } = pod.metadata;
    const name = volume.persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${volume.name}`;
    const claim = await client.resource(core.PersistentVolumeClaim).get({ namespace, name });
    const volumeName = claim.spec.volumeName ?? '';
    if (claim.status.phase !== 'Bound' || volumeName === '') throw new Error(`PVC is not bound`);
    const { spec } = await client.resource(core.PersistentVolume).get({ namespace: '', name: volumeName });
    const path = spec.hostPath?.path ?? spec.local?.path;
    if (path === undefined) throw new Error(`no volume plugin matched: this kubelet mounts persistent volumes of kind hostPath and local only (volume ${volumeName})`);
    await checkHostPath(path, spec.hostPath?.type ?? '', files);
    return { hostPath: path, readOnly: volume.persistentVolumeClaim?.readOnly === true };
  },
} satisfies VolumePlugin;
