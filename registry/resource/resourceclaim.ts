/** ResourceClaims. Behaves like upstream pkg/registry/resource/resourceclaim. */
import * as resource from '../../apimachinery/types/resource.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { metadataKeepingStatusStrategy, specStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { dropDeallocatedDevices, dropDisabledClaimFields, dropDisabledStatusFields } from './disabled-fields.ts';
import { validateResourceClaim, validateResourceClaimStatusUpdate, validateResourceClaimUpdate } from './validation/resourceclaim.ts';

const VERSIONS = ['resource.k8s.io/v1'];

function state({ metadata, status }: DeepReadonly<resource.ResourceClaim>): string {
  const isDeleted = Boolean(metadata.deletionTimestamp);
  if (!status.allocation) return isDeleted ? 'deleted' : 'pending';
  return [...(isDeleted ? ['deleted'] : []), 'allocated', ...((status.reservedFor ?? []).length > 0 ? ['reserved'] : [])].join(',');
}

export default defineResource<resource.ResourceClaim>(resource.ResourceClaim, {
  columns: [column<resource.ResourceClaim>('State', state)],
  strategy: specStrategy<resource.ResourceClaim>(VERSIONS, {
    returnDeletedObject: true,
    generation: 'none',
    prepareForCreate: (obj) => dropDisabledClaimFields(obj.spec),
    prepareForUpdate: (obj, old) => dropDisabledClaimFields(obj.spec, old.spec),
    metadata: { onCreate: 'placed', onUpdate: ['whole', 'change'] },
    validate: validateResourceClaim,
    validateUpdate: validateResourceClaimUpdate,
  }),
  subresources: {
    status: view(
      metadataKeepingStatusStrategy<resource.ResourceClaim>(VERSIONS, {
        prepareForUpdate(obj, old) {
          dropDisabledStatusFields(obj, old);
          dropDeallocatedDevices(obj, old);
        },
        metadata: { onUpdate: 'placed' },
        validateUpdate: validateResourceClaimStatusUpdate,
      }),
    ),
  },
});
