/** APIServices: which server answers for a group version. Behaves like upstream kube-aggregator/pkg/registry/apiservice. */
import * as apiregistration from '../../apimachinery/types/apiregistration.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import { metadataKeepingStatusStrategy, specStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { validateAPIService, validateAPIServiceName, validateAPIServiceStatusUpdate, validateAPIServiceUpdate } from './validation/apiservice.ts';

const VERSIONS = ['apiregistration.k8s.io/v1', 'apiregistration.k8s.io/v1beta1'];

function available({ status }: DeepReadonly<apiregistration.APIService>): string {
  const condition = (status.conditions ?? []).find((c) => c.type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`;
}

/** An API that is served here is available from the start. */
const LOCAL = { type: 'Available', status: 'True', reason: 'Local', message: 'Local APIServices are always available' };

export default defineResource<apiregistration.APIService>(apiregistration.APIService, {
  storagePath: 'apiregistration.k8s.io/apiservices',
  categories: ['api-extensions'],
  columns: [
    column<apiregistration.APIService>('Service', ({ spec: { service } }) =>
      service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local',
    ),
    column<apiregistration.APIService>('Available', available),
  ],
  strategy: specStrategy<apiregistration.APIService>(VERSIONS, {
    generation: 'none',
    allowUnconditionalUpdate: false,
    prepareForCreate(obj, ctx) {
      if (!obj.spec.service) obj.status = { conditions: [{ ...LOCAL, lastTransitionTime: rfc3339(ctx.clock.now()) }] };
    },
    validateName: validateAPIServiceName,
    metadata: { finalizers: 'generic', onUpdate: ['change', 'whole'] },
    validate: validateAPIService,
    validateUpdate: validateAPIServiceUpdate,
  }),
  subresources: {
    status: view(
      metadataKeepingStatusStrategy<apiregistration.APIService>(VERSIONS, {
        allowUnconditionalUpdate: false,
        metadata: { finalizers: 'generic', onUpdate: ['change'] },
        validateUpdate: validateAPIServiceStatusUpdate,
      }),
    ),
  },
});
