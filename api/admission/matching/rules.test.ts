import { describe, expect, it } from '@jest/globals';
import { invocationBy, isExempt, ruleMatches, type Asked } from './rules.ts';

const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments', 'deployments/scale', '*/status'] };
const asked = (more: Partial<Asked> = {}): Asked => ({ operation: 'CREATE', resource: { group: 'apps', version: 'v1', resource: 'deployments' }, subresource: '', namespace: 'n', name: 'd', ...more });

describe('ruleMatches', () => {
  it.each([
    { name: 'what it names', request: asked(), want: true },
    { name: 'another operation', request: asked({ operation: 'DELETE' }), want: false },
    { name: 'another version', request: asked({ resource: { group: 'apps', version: 'v1beta1', resource: 'deployments' } }), want: false },
    { name: 'a subresource that it names', request: asked({ subresource: 'scale' }), want: true },
    { name: 'a subresource of every resource', request: asked({ resource: { group: 'apps', version: 'v1', resource: 'statefulsets' }, subresource: 'status' }), want: true },
    { name: 'a resource whose subresource alone it names', request: asked({ resource: { group: 'apps', version: 'v1', resource: 'statefulsets' } }), want: false },
  ])('of $name: $want', ({ request, want }) => {
    expect(ruleMatches(rule, request)).toBe(want);
  });

  it('takes a namespace for cluster-scoped, although its requests bear its name', () => {
    const any = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] };
    const namespace = asked({ resource: { group: '', version: 'v1', resource: 'namespaces' } });
    expect([ruleMatches({ ...any, scope: 'Cluster' }, namespace), ruleMatches({ ...any, scope: 'Namespaced' }, namespace)]).toEqual([true, false]);
    expect([ruleMatches({ ...any, scope: 'Cluster' }, asked()), ruleMatches({ ...any, scope: 'Namespaced' }, asked())]).toEqual([false, true]);
  });
});

describe('a rule with names', () => {
  it('speaks of those alone', () => {
    expect(['d', 'e', ''].map((name) => ruleMatches({ ...rule, resourceNames: ['d'] }, asked({ name })))).toEqual([true, false, false]);
  });
});

describe('invocationBy', () => {
  const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
  const beta = { resource: { group: 'apps', version: 'v1beta1', resource: 'deployments' }, kind: { ...kind, version: 'v1beta1' } };
  const versions = { equivalents: () => [beta] } as unknown as Parameters<typeof invocationBy>[2];
  const old = { ...rule, apiVersions: ['v1beta1'] };

  it('is the request itself before one of its other names', () => {
    expect(invocationBy([old, rule], { ...asked(), kind }, versions)).toEqual({ resource: asked().resource, kind });
  });

  it('is another name of the same thing, unless it must be exact', () => {
    expect([invocationBy([old], { ...asked(), kind }, versions), invocationBy([old], { ...asked(), kind }, undefined)]).toEqual([beta, undefined]);
  });
});

describe('isExempt', () => {
  it('is what configures webhooks, and nothing else of the group', () => {
    const group = 'admissionregistration.k8s.io';
    expect(isExempt({ group, version: 'v1', kind: 'MutatingWebhookConfiguration' })).toBe(true);
    expect(isExempt({ group: 'example.com', version: 'v1', kind: 'MutatingWebhookConfiguration' })).toBe(false);
  });
});
