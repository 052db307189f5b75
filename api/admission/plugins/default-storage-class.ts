/** A claim that names no class gets the default one. Behaves like upstream plugin/pkg/admission/storage/storageclass/setdefault. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import * as storage from '../../../apimachinery/types/storage.gen.ts';
import { newestDefault } from '../default-class.ts';
import type { AdmissionPlugin } from '../interface.ts';

const ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

export default {
  name: 'DefaultStorageClass',
  handles: (operation) => operation === 'CREATE',
  concerns: ({ resource, subresource }) => resource.group === '' && resource.resource === 'persistentvolumeclaims' && subresource === '',
  init({ stores }) {
    const classes = stores.cached(storage.StorageClass);
    return {
      admit(a) {
        if (!a.object) return;
        const claim = a.object as unknown as core.PersistentVolumeClaim;
        if (claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined || typeof claim.spec.storageClassName === 'string') return;
        const chosen = newestDefault(classes.list(), ANNOTATIONS);
        if (chosen) claim.spec.storageClassName = chosen.metadata.name;
      },
    };
  },
} satisfies AdmissionPlugin;
