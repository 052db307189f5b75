/** ServiceCIDRs: the ranges of cluster addresses. Behaves like upstream pkg/registry/networking/servicecidr. */
import * as networking from '../../apimachinery/types/networking.gen.ts';
import { metadataKeepingStatusStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { validateServiceCIDR, validateServiceCIDRStatusUpdate, validateServiceCIDRUpdate } from './validation/servicecidr.ts';

export default defineResource<networking.ServiceCIDR>(networking.ServiceCIDR, {
  columns: [column('CIDRs', (s) => (s.spec.cidrs ?? []).join(','))],
  strategy: {
    metadata: { onUpdate: ['change'] },
    validate: validateServiceCIDR,
    validateUpdate: validateServiceCIDRUpdate,
  },
  subresources: {
    status: view(
      metadataKeepingStatusStrategy<networking.ServiceCIDR>(['networking.k8s.io/v1'], {
        resetFields: {},
        validateUpdate: validateServiceCIDRStatusUpdate,
      }),
    ),
  },
});
