/** Claims, volumes and attribute classes go only when nothing uses them. Behaves like upstream plugin/pkg/admission/storage/storageobjectinuseprotection. */
import type { AdmissionPlugin } from '../interface.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

export default {
  name: 'StorageObjectInUseProtection',
  handles: (operation) => operation === 'CREATE',
  init: () => ({
    admit(a) {
      const finalizer = FINALIZERS[a.resource.group === '' ? a.resource.resource : `${a.resource.resource}.${a.resource.group}`];
      if (finalizer === undefined || a.subresource !== '' || !a.object) return;
      const finalizers = a.object.metadata.finalizers ?? [];
      if (!finalizers.includes(finalizer)) a.object.metadata.finalizers = [...finalizers, finalizer];
    },
  }),
} satisfies AdmissionPlugin;
