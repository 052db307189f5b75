import { describe, expect, it } from '@jest/globals';
import { differences } from './compare.ts';
import { unexplained } from './explained.ts';
import type { Json } from './reader.ts';

const LEASES = '/apis/coordination.k8s.io/v1/leases';
const EVENTS = '/api/v1/events';

const left = (before: Record<string, Json>, after: Record<string, Json>): string[] => {
  const [a, b] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return unexplained(differences(a, b), b).left.map(({ what, at }) => `${what} ${at}`);
};

describe('what differs after a move', () => {
  it('explains objects of the servers by name, where they stand in a list and by themselves', () => {
    const lease = { metadata: { name: 'apiserver-x' } };
    expect(left({ [`json ${LEASES}`]: { order: ['kube-system/apiserver-x', 'a/b'], 'kube-system/apiserver-x': lease, 'a/b': 1 }, 'json /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/apiserver-x': lease }, { [`json ${LEASES}`]: { order: ['a/b'], 'a/b': 1 } })).toEqual([]);
  });

  it('explains neither the content of others nor the order of what both have', () => {
    const of = (order: readonly string[], spec: string): Record<string, Json> => ({ [`json ${LEASES}`]: { order, 'kube-system/apiserver-x': { spec }, 'a/b': { spec } } });
    expect(left(of(['a/b', 'kube-system/apiserver-x'], 'a'), of(['kube-system/apiserver-x', 'a/b'], 'b'))).toEqual([`json ${LEASES} .order[0]`, `json ${LEASES} .order[1]`, `json ${LEASES} .a/b.spec`]);
  });

  it('explains events that are new, and none that is gone', () => {
    const services = { 'json /api/v1/services': { 'default/stub.a': {} } };
    const event = { [`json ${EVENTS}`]: { 'default/stub.a.0123456789abcdef': { reason: 'PortNotAllocated' } } };
    const none = { [`json ${EVENTS}`]: {} };
    expect(left({ ...none, ...services }, { ...event, ...services })).toEqual([]);
    expect(left({ ...event, ...services }, { ...none, ...services })).toHaveLength(1);
    expect(left(none, event)).toHaveLength(1);
  });

  it('explains the APIServices of custom resources, and no other', () => {
    const of = (...names: readonly string[]): Record<string, Json> => ({
      'json /apis/apiregistration.k8s.io/v1/apiservices': Object.fromEntries(names.map((name) => [`/${name}`, {}])),
      'json /apis/apiextensions.k8s.io/v1/customresourcedefinitions': { '/foos.example.com': { spec: { group: 'example.com', versions: [{ name: 'v1' }] } } },
    });
    expect(left(of(), of('v1.example.com', 'v2.example.com'))).toEqual(['json /apis/apiregistration.k8s.io/v1/apiservices ./v2.example.com']);
  });
});
