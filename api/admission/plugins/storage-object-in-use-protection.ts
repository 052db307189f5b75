/** Claims, volumes and attribute classes go only when nothing uses them. Behaves like upstream plugin/pkg/admission/storage/storageobjectinuseprotection. */
import { groupResourceText, type GroupResource } from '../../../apimachinery/meta.ts';
import type { AdmissionPlugin } from '../interface.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: 'kubernetes.io/pv-protection',
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  'volumeattributesclasses.storage.k8s.io': 'kubernetes.io/vac-protection',
};

export default {
  name: 'StorageObjectInUseProtection',
  handles: (operation) => operation === 'CREATE',
  concerns: ({ resource, subresource }) => subresource === '' && finalizerOf(resource) !== undefined,
  init: () => ({
    admit(a) {
      const finalizer = finalizerOf(a.resource);
      if (finalizer === undefined || !a.object) return;
      const finalizers = a.object.metadata.finalizers ?? [];
      if (!finalizers.includes(finalizer)) a.object.metadata.finalizers = [...finalizers, finalizer];
    },
  }),
} satisfies AdmissionPlugin;

function finalizerOf(resource: GroupResource): string | undefined {
  return FINALIZERS[groupResourceText(resource)];
}
