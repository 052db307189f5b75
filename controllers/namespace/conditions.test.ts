import { describe, expect, it } from '@jest/globals';
import { nextConditions, type DeletionOutcome } from './conditions.ts';

const NOW = Date.UTC(2026, 0, 1);
const clean: DeletionOutcome = { discoveryFailures: new Map(), errors: [], remaining: [] };
const lines = (outcome: DeletionOutcome, before = nextConditions([], clean, NOW)) => nextConditions(before, outcome, NOW + 1000).filter((c) => c.status === 'True').map((c) => `${c.type} ${c.reason}: ${c.message}`);

describe('nextConditions', () => {
  it('says five times that all is well, once', () => {
    const conditions = nextConditions([], clean, NOW);
    expect(conditions.map((c) => `${c.type}=${c.status}`)).toEqual(['NamespaceDeletionDiscoveryFailure=False', 'NamespaceDeletionGroupVersionParsingFailure=False', 'NamespaceDeletionContentFailure=False', 'NamespaceContentRemaining=False', 'NamespaceFinalizersRemaining=False']);
    expect(nextConditions(conditions, clean, NOW + 1000)).toBe(conditions);
  });

  it('names what remains and what holds it', () => {
    const remaining = [
      { group: '', resource: 'pods', count: 2, finalizers: new Map([['example.com/f', 1]]) },
      { group: 'apps', resource: 'deployments', count: 1, finalizers: new Map([['example.com/f', 1]]) },
    ];
    expect(lines({ ...clean, remaining })).toEqual([
      'NamespaceContentRemaining SomeResourcesRemain: Some resources are remaining: deployments.apps has 1 resource instances, pods. has 2 resource instances',
      'NamespaceFinalizersRemaining SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/f in 2 resource instances',
    ]);
  });

  it('tells of collections that cannot be discovered or deleted', () => {
    expect(lines({ ...clean, discoveryFailures: new Map([['x.io/v1', new Error('down')]]), errors: [new Error('b'), new Error('a')] })).toEqual([
      'NamespaceDeletionDiscoveryFailure DiscoveryFailed: Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: x.io/v1: down',
      'NamespaceDeletionContentFailure ContentDeletionFailed: Failed to delete all resource types, 2 remaining: a, b',
    ]);
  });
});
