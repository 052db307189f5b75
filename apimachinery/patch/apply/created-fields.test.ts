import { describe, expect, it } from '@jest/globals';
import * as core from '../../types/core.gen.ts';
import type { Obj } from '../../meta.ts';
import { atomOf } from './atom.ts';
import { createdFields, NeedsSets } from './created-fields.ts';
import { emptyObject } from './empty-object.ts';
import { FieldSet } from './field-set.ts';
import { fieldsV1Of } from './fields-v1.ts';
import type { Owned } from './managed.ts';
import { updateOwners } from './updater.ts';

const schema = core.Pod.schema;
const atom = atomOf(schema);
const empty = emptyObject(schema, 'v1', 'Pod');
const stripped = FieldSet.of(['f:apiVersion'], ['f:kind'], ['f:metadata'], ['f:metadata', 'f:name']);
const reset = FieldSet.of(['f:status']);

function bySets(pod: unknown): unknown {
  const managers = new Map<string, Owned>();
  updateOwners({ atom: () => atom, convert: (obj) => obj, reset }, empty, pod as Obj, 'v1', managers, 'm');
  const set = managers.get('m')?.set.difference(stripped);
  return set && !set.isEmpty ? fieldsV1Of(set) : undefined;
}

const inOneWalk = (pod: unknown): unknown =>
  createdFields(atom, empty as unknown as Record<string, unknown>, pod as Record<string, unknown>, stripped, reset);

const pods: Readonly<Record<string, object>> = {
  'a whole pod': {
    metadata: { name: 'a', labels: { b: '1', a: '2' }, ownerReferences: [{ uid: 'u', name: 'o' }] },
    spec: {
      volumes: [{ name: 'v', emptyDir: {} }],
      containers: [
        { name: 'z', image: 'i', ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 9 }], resources: {}, args: ['x'] },
        { name: 'b', env: [{ name: 'E', value: 'e' }], resources: { limits: { cpu: '1' } } },
      ],
      securityContext: {},
      tolerations: [{ key: 'k' }],
      nodeSelector: {},
    },
    status: { phase: 'Pending', conditions: [{ type: 'Ready' }] },
  },
  'only a name': { metadata: { name: 'a' }, spec: { containers: null }, status: {} },
  'empty lists and maps': { metadata: { name: 'a', labels: {}, finalizers: [] }, spec: { containers: [] } },
  'a set of texts': { metadata: { name: 'a', finalizers: ['x/y', 'a/b'] }, spec: { containers: null } },
  nulls: { metadata: { name: 'a', labels: null }, spec: { containers: null, volumes: null, nodeName: null } },
};

describe('createdFields', () => {
  it.each(Object.keys(pods))('gives what a comparison with the empty object gives: %s', (name) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', ...pods[name] };
    expect(JSON.stringify(inOneWalk(pod))).toBe(JSON.stringify(bySets(pod)));
  });

  it('leaves elements that occur twice to sets', () => {
    const pod = { metadata: {}, spec: { containers: [{ name: 'a' }, { name: 'a' }] } };
    expect(() => inOneWalk(pod)).toThrow(NeedsSets);
  });
});
