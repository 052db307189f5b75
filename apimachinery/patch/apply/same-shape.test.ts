import { describe, expect, it } from '@jest/globals';
import { seededRand, type Rand } from '../../../component-base/rand.ts';
import { builtinStruct } from '../../schema/builtin.ts';
import { decodeObject } from '../../schema/normalise.ts';
import { randomValue } from '../../schema/testing/random-value.ts';
import { atomOf } from './atom.ts';
import { createdFields, NeedsSets } from './created-fields.ts';
import { emptyObject } from './empty-object.ts';
import { FieldSet } from './field-set.ts';
import { ListKeyError } from './list-key.ts';
import { createdFieldsByShape } from './same-shape.ts';

type Members = Record<string, unknown>;

const KINDS = ['core.v1.Pod', 'core.v1.Service', 'core.v1.ConfigMap', 'core.v1.Event', 'apps.v1.Deployment', 'coordination.v1.Lease', 'networking.v1.Ingress'];
const stripped = FieldSet.of(['f:apiVersion'], ['f:kind'], ['f:metadata'], ['f:metadata', 'f:name']);
const resets = [undefined, FieldSet.of(['f:status']), FieldSet.of(['f:spec', 'f:containers'])];

/** The same value with scalars changed here and there, and seldom members gone. */
function varied(value: unknown, rand: Rand): unknown {
  if (Array.isArray(value)) return value.map((item) => varied(item, rand));
  if (typeof value === 'object' && value !== null) {
    const kept = Object.entries(value).filter(() => rand.int(300) > 0);
    return Object.fromEntries(kept.map(([name, member]) => [name, varied(member, rand)]));
  }
  return typeof value === 'string' && rand.int(20) === 0 ? `${value}x` : value;
}

function result(run: () => unknown): string {
  try {
    return JSON.stringify(run()) ?? 'nothing';
  } catch (error) {
    if (error instanceof NeedsSets || error instanceof ListKeyError) return error.name;
    throw error;
  }
}

describe('createdFieldsByShape', () => {
  it.each(KINDS)('gives for random %s what createdFields gives, whatever came before', (kind) => {
    const schema = builtinStruct(`io.k8s.api.${kind}`);
    const atom = atomOf(schema);
    const empty = emptyObject(schema, 'v1', 'K') as unknown as Members;
    const rand = seededRand(11);
    for (let shape = 0; shape < 12; shape++) {
      const first = decodeObject(schema, randomValue(schema, { rand, density: 0.3 })).object;
      for (let i = 0; i < 20; i++) {
        const next = varied(first, rand) as Members;
        const reset = resets[rand.int(resets.length)];
        expect(result(() => createdFieldsByShape(atom, empty, next, stripped, reset))).toBe(result(() => createdFields(atom, empty, next, stripped, reset)));
      }
    }
  });

  it('gives the same fields, not equal ones, for the next object of a shape', () => {
    const schema = builtinStruct('io.k8s.api.core.v1.Secret');
    const empty = emptyObject(schema, 'v1', 'Secret') as unknown as Members;
    const fieldsOf = (name: string, value: string, more: Members = {}): unknown =>
      createdFieldsByShape(atomOf(schema), empty, { metadata: { name, labels: { app: value } }, data: { key: value }, ...more }, stripped, undefined);
    const first = fieldsOf('a', 'x');
    expect(fieldsOf('b', 'y')).toBe(first);
    expect(fieldsOf('c', 'y', { type: 'Opaque' })).not.toEqual(first);
    expect(fieldsOf('d', 'z')).toBe(first);
  });

  it('tells elements apart by what identifies them', () => {
    const schema = builtinStruct('io.k8s.api.core.v1.Pod');
    const empty = emptyObject(schema, 'v1', 'Pod') as unknown as Members;
    const fieldsOf = (port: number, finalizer: string): string =>
      JSON.stringify(createdFieldsByShape(atomOf(schema), empty, { metadata: { name: 'a', finalizers: [finalizer] }, spec: { containers: [{ name: 'c', ports: [{ containerPort: port, protocol: 'TCP' }] }] } }, stripped, undefined));
    expect(fieldsOf(80, 'a/b')).toContain('"k:{\\"containerPort\\":80,\\"protocol\\":\\"TCP\\"}"');
    expect(fieldsOf(81, 'a/b')).toContain('"k:{\\"containerPort\\":81,\\"protocol\\":\\"TCP\\"}"');
    expect(fieldsOf(80, 'c/d')).toContain('"v:\\"c/d\\""');
  });
});
