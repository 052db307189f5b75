/** PriorityLevelConfigurations. Behaves like upstream pkg/registry/flowcontrol/prioritylevelconfiguration. */
import * as flowcontrol from '../../apimachinery/types/flowcontrol.gen.ts';
import { metadataKeepingStatusStrategy, specStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import {
  validatePriorityLevel,
  validatePriorityLevelStatusUpdate,
  validatePriorityLevelUpdate,
} from './validation/prioritylevelconfiguration.ts';

const VERSIONS = ['flowcontrol.apiserver.k8s.io/v1'];
const NONE = '<none>';

export default defineResource<flowcontrol.PriorityLevelConfiguration>(flowcontrol.PriorityLevelConfiguration, {
  columns: [
    column('Type', (p) => p.spec.type),
    column('NominalConcurrencyShares', (p) => p.spec.limited?.nominalConcurrencyShares ?? NONE),
    column('Queues', (p) => p.spec.limited?.limitResponse.queuing?.queues ?? NONE),
    column('HandSize', (p) => p.spec.limited?.limitResponse.queuing?.handSize ?? NONE),
    column('QueueLengthLimit', (p) => p.spec.limited?.limitResponse.queuing?.queueLengthLimit ?? NONE),
  ],
  strategy: specStrategy<flowcontrol.PriorityLevelConfiguration>(VERSIONS, {
    metadata: { onUpdate: ['whole'] },
    validate: validatePriorityLevel,
    validateUpdate: validatePriorityLevelUpdate,
  }),
  subresources: {
    status: view(
      metadataKeepingStatusStrategy<flowcontrol.PriorityLevelConfiguration>(VERSIONS, {
        metadata: { onUpdate: [] },
        validateUpdate: validatePriorityLevelStatusUpdate,
      }),
    ),
  },
});
