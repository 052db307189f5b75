/** Objects of flow control that must be as the server needs them. Behaves like upstream apis/flowcontrol/bootstrap (Mandatory…). */
import type { FlowSchemaSpec, PriorityLevelConfigurationSpec } from '../../apimachinery/types/flowcontrol.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

type Rules = DeepReadonly<NonNullable<FlowSchemaSpec['rules']>>[number];

const everythingOf = (...groups: readonly string[]): Rules => ({
  subjects: groups.map((name) => ({ kind: 'Group', group: { name } })),
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'], clusterScope: true }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
});

export const MANDATORY_SCHEMAS: Readonly<Record<string, DeepReadonly<FlowSchemaSpec>>> = {
  exempt: { priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 1, rules: [everythingOf('system:masters')] },
  'catch-all': {
    priorityLevelConfiguration: { name: 'catch-all' },
    matchingPrecedence: 10000,
    distinguisherMethod: { type: 'ByUser' },
    rules: [everythingOf('system:unauthenticated', 'system:authenticated')],
  },
};

export const MANDATORY_LEVELS: Readonly<Record<string, DeepReadonly<PriorityLevelConfigurationSpec>>> = {
  exempt: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
  'catch-all': { type: 'Limited', limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } } },
};
