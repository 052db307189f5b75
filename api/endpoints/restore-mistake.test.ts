import { describe, expect, it } from '@jest/globals';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import { randomValue } from '../../apimachinery/schema/testing/random-value.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as policy from '../../apimachinery/types/policy.gen.ts';
import * as resource from '../../apimachinery/types/resource.gen.ts';
import type { KindType } from '../../apimachinery/types/type.ts';
import { seededRand } from '../../component-base/rand.ts';
import { restored, restoreMistake, unknownFields } from './restore-mistake.ts';

describe('the converter from maps to structs', () => {
  const rows: readonly (readonly [type: Pick<KindType<unknown>, 'schema'>, value: object, want: string | undefined])[] = [
    [core.Pod, { spec: { containers: [{ name: 'c' }] } }, undefined],
    [core.Pod, { metadata: 7 }, 'cannot restore struct from: int64'],
    [core.Pod, { spec: { containers: {} } }, 'cannot restore slice from map'],
    [core.Pod, { metadata: { labels: ['a'] } }, 'cannot restore map from slice'],
    [core.Pod, { metadata: { name: {} } }, 'unrecognized type: string'],
    [core.Pod, { metadata: { deletionTimestamp: 'yesterday' } }, 'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"'],
    [core.Pod, { metadata: { deletionTimestamp: {} } }, 'json: cannot unmarshal object into Go value of type string'],
    [core.PersistentVolume, { spec: { capacity: { storage: 'x' } } }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    [policy.PodDisruptionBudget, { spec: { minAvailable: [] } }, 'json: cannot unmarshal array into Go value of type int32'],
    [core.Secret, { data: { a: '!' } }, 'error decoding from json: illegal base64 data at input byte 0'],
    [core.Secret, { data: { a: true } }, 'cannot restore slice from bool'],
  ];
  it.each(rows)('%# finds the first mistake in %j', ({ schema }, value, want) => {
    expect(restoreMistake(schema, value)).toBe(want);
  });

  it('names unknown fields without the keys of maps, in the order of their texts', () => {
    const device = { name: 'd', capacity: { memory: { value: '1', $patch: 'odd' } }, zzz: 1 };
    expect(unknownFields(resource.ResourceSlice.schema, { spec: { devices: [device] }, aaa: 1 })).toEqual([
      'unknown field "aaa"',
      'unknown field "spec.devices[0].capacity.$patch"',
      'unknown field "spec.devices[0].zzz"',
    ]);
  });

  it('finds nothing in what the decoder reads without a complaint, so that it need not look there', () => {
    const rand = seededRand(9);
    let read = 0;
    for (const { schema } of [core.Pod, core.Service, core.PersistentVolume, core.Secret, policy.PodDisruptionBudget, resource.ResourceSlice]) {
      for (let i = 0; i < 60; i++) {
        const value = randomValue(schema, { rand, density: 0.2, mistakes: i % 2 === 0 ? 0.02 : 0 });
        let isUnsure = false;
        decodeObject(schema, value, { onUnsure: () => void (isUnsure = true) });
        if (isUnsure) continue;
        read++;
        expect([restoreMistake(schema, value), unknownFields(schema, value)]).toEqual([undefined, []]);
      }
    }
    expect(read).toBeGreaterThan(100);
  });
});

describe('what the converter leaves of numbers', () => {
  it('cuts integers to their fields, as Go does', () => {
    const value = { spec: { containers: [{ name: 'c', ports: [{ containerPort: 4294967297 }] }], terminationGracePeriodSeconds: 4294967297 } };
    expect(restored(core.Pod.schema, value)).toEqual({ spec: { containers: [{ name: 'c', ports: [{ containerPort: 1 }] }], terminationGracePeriodSeconds: 4294967297 } });
  });
});
