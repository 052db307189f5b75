import { describe, expect, it } from '@jest/globals';
import * as networking from '../types/networking.gen.ts';
import { carryEmptied, orEmpty, wasGivenEmpty } from './emptied.ts';
import { decodeObject } from './normalise.ts';

const specOf = (rules: object): networking.IngressSpec => decodeObject(networking.Ingress.schema, { spec: rules }).object['spec'] as unknown as networking.IngressSpec;

describe('what was given empty', () => {
  it.each([
    ['an empty list', { rules: [] }, []],
    ['null', { rules: null }, null],
    ['nothing', {}, null],
    ['something', { rules: [{ host: 'a' }] }, [{ host: 'a' }]],
  ])('is told from what was not: %s', (_, given, want) => {
    expect(orEmpty(specOf(given), 'rules', [])).toEqual(want);
  });

  it('is left out of the decoded object all the same', () => {
    expect(specOf({ rules: [] })).toEqual({});
  });

  it('is known to copies that were told', () => {
    const original = { spec: specOf({ tls: [{ hosts: [] }] }) };
    const copy = structuredClone(original);
    carryEmptied(original, copy);
    expect(wasGivenEmpty(copy.spec.tls?.[0] ?? {}, 'hosts')).toBe(true);
  });
});
