/** A claim grows only when it is bound and its class allows it. Behaves like upstream plugin/pkg/admission/storage/persistentvolume/resize. */
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type * as core from '../../../apimachinery/types/core.gen.ts';
import * as storage from '../../../apimachinery/types/storage.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';

type Claim = DeepReadonly<core.PersistentVolumeClaim>;

export default {
  name: 'PersistentVolumeClaimResize',
  handles: (operation) => operation === 'UPDATE',
  concerns: ({ resource, subresource }) => resource.group === '' && resource.resource === 'persistentvolumeclaims' && subresource === '',
  init({ stores }) {
    const classes = stores.cached(storage.StorageClass);
    const allows = (claim: Claim, old: Claim): boolean => {
      const name = classOf(claim);
      return name !== '' && name === classOf(old) && classes.get({ namespace: '', name })?.allowVolumeExpansion === true;
    };
    return {
      validate(a) {
        if (!a.object || !a.oldObject) return;
        const claim = a.object as unknown as Claim;
        const old = a.oldObject as unknown as Claim;
        if (parseQuantity(sizeOf(claim)).cmp(parseQuantity(sizeOf(old))) <= 0) return;
        if (old.status?.phase !== 'Bound') throw forbidden(a, 'Only bound persistent volume claims can be expanded');
        if (!allows(claim, old)) throw forbidden(a, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize');
      },
    };
  },
} satisfies AdmissionPlugin;

function sizeOf(claim: Claim): string {
  return String(claim.spec.resources?.requests?.['storage'] ?? '0');
}

function classOf(claim: Claim): string {
  return claim.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? claim.spec.storageClassName ?? '';
}
