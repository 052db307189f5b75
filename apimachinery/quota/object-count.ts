/** Counts the objects of any resource: `count/deployments.apps`, and older names of a few. Behaves like upstream apiserver/pkg/quota/v1/generic. */
import { own } from '../own.ts';
import { groupResourceText, type GroupResource } from '../meta.ts';
import { intersection, type Evaluator } from './evaluator.ts';
import { ONE } from './resource-list.ts';

const ALIASES: Readonly<Record<string, string>> = { configmaps: 'configmaps', resourcequotas: 'resourcequotas', replicationcontrollers: 'replicationcontrollers', secrets: 'secrets' };

export function countName(gr: GroupResource): string {
  return `count/${groupResourceText(gr)}`;
}

export function objectCount(groupResource: GroupResource): Evaluator {
  const alias = groupResource.group === '' ? own(ALIASES, groupResource.resource) : undefined;
  const names = [countName(groupResource), ...(alias === undefined ? [] : [alias])];
  const usage = new Map(names.map((name) => [name, ONE]));
  return {
    groupResource,
    handles: ({ operation, subresource }) => subresource === '' && operation === 'CREATE',
    matchingResources: (all) => intersection(all, names),
    matchesScope: () => false,
    usage: () => usage,
  };
}
