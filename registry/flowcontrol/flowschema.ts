/** FlowSchemas. Behaves like upstream pkg/registry/flowcontrol/flowschema. */
import * as flowcontrol from '../../apimachinery/types/flowcontrol.gen.ts';
import { metadataKeepingStatusStrategy, specStrategy } from '../core/strategies.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { validateFlowSchema, validateFlowSchemaStatusUpdate, validateFlowSchemaUpdate } from './validation/flowschema.ts';

const VERSIONS = ['flowcontrol.apiserver.k8s.io/v1'];

export default defineResource<flowcontrol.FlowSchema>(flowcontrol.FlowSchema, {
  columns: [
    column('PriorityLevel', (f) => f.spec.priorityLevelConfiguration.name),
    { ...column<flowcontrol.FlowSchema>('MatchingPrecedence', (f) => f.spec.matchingPrecedence), ordersRows: true },
    column('DistinguisherMethod', (f) => f.spec.distinguisherMethod?.type ?? '<none>'),
    column('MissingPL', (f) => (f.status.conditions ?? []).find((c) => c.type === 'Dangling')?.status ?? '?'),
  ],
  strategy: specStrategy<flowcontrol.FlowSchema>(VERSIONS, {
    metadata: { onUpdate: ['whole'] },
    validate: validateFlowSchema,
    validateUpdate: validateFlowSchemaUpdate,
  }),
  subresources: {
    status: view(metadataKeepingStatusStrategy<flowcontrol.FlowSchema>(VERSIONS, { metadata: { onUpdate: [] }, validateUpdate: validateFlowSchemaStatusUpdate })),
  },
});
