import { describe, expect, it } from '@jest/globals';
import type { AuthorizationAttributes } from '../interface.ts';
import { compact, compactString, ruleAllows, uncovered, type PolicyRule } from './rules.ts';

const user = { name: 'jane', uid: '', groups: [], extra: {} };
const on = (verb: string, resource: string, more: Partial<AuthorizationAttributes> = {}): AuthorizationAttributes => ({
  user,
  verb,
  isResourceRequest: true,
  namespace: 'a',
  apiGroup: '',
  apiVersion: 'v1',
  resource,
  subresource: '',
  name: '',
  path: '',
  ...more,
});

describe('ruleAllows', () => {
  const pods: PolicyRule = { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] };
  const table: readonly { name: string; rule: PolicyRule; attributes: AuthorizationAttributes; want: boolean }[] = [
    { name: 'a verb and resource of the rule', rule: pods, attributes: on('get', 'pods'), want: true },
    { name: 'another verb', rule: pods, attributes: on('delete', 'pods'), want: false },
    { name: 'another group', rule: pods, attributes: on('get', 'pods', { apiGroup: 'apps' }), want: false },
    { name: 'a subresource that is not named', rule: pods, attributes: on('get', 'pods', { subresource: 'log' }), want: false },
    { name: 'a subresource of any resource', rule: { ...pods, resources: ['*/scale'] }, attributes: on('get', 'x', { subresource: 'scale' }), want: true },
    { name: 'a name that is listed', rule: { ...pods, resourceNames: ['p'] }, attributes: on('get', 'pods', { name: 'p' }), want: true },
    { name: 'a list under a rule for names', rule: { ...pods, resourceNames: ['p'] }, attributes: on('list', 'pods'), want: false },
    { name: 'a path below a pattern', rule: { verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, attributes: on('get', '', { isResourceRequest: false, path: '/healthz/ping' }), want: true },
    { name: 'a path beside a pattern', rule: { verbs: ['get'], nonResourceURLs: ['/healthz/*'] }, attributes: on('get', '', { isResourceRequest: false, path: '/metrics' }), want: false },
  ];
  it.each(table)('answers $want for $name', ({ rule, attributes, want }) => {
    expect(ruleAllows(attributes, rule)).toBe(want);
  });
});

describe('uncovered', () => {
  it('breaks rules down and names what the owner lacks', () => {
    const owner: PolicyRule[] = [{ verbs: ['get'], apiGroups: ['*'], resources: ['pods', 'secrets'] }];
    const wanted: PolicyRule[] = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }];
    expect(compact(uncovered(owner, wanted)).map(compactString)).toEqual(['{APIGroups:[""], Resources:["pods"], Verbs:["list"]}']);
  });

  it('lets nobody who may name objects grant the whole resource', () => {
    const owner: PolicyRule[] = [{ verbs: ['*'], apiGroups: [''], resources: ['pods'], resourceNames: ['p'] }];
    expect(uncovered(owner, [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }])).toHaveLength(1);
    expect(uncovered(owner, [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['p'] }])).toHaveLength(0);
  });

  it('joins verbs of one resource in the text', () => {
    const missing = uncovered([], [{ verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] }]);
    expect(compact(missing).map(compactString)).toEqual(['{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}']);
  });
});
