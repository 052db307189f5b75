import { describe, expect, it } from '@jest/globals';
import { newBadRequest } from '../../apimachinery/errors.ts';
import { checkCustomBody } from './custom-kind.ts';

const NUT = { group: 'example.com', version: 'v1', kind: 'Nut' };

function told(value: object): unknown {
  try {
    checkCustomBody(NUT, value, () => JSON.stringify(value), newBadRequest);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

describe('the body of a custom resource', () => {
  it.each([
    ['its kind and version', { apiVersion: 'example.com/v1', kind: 'Nut' }, undefined],
    ['a kind', { apiVersion: 'example.com/v1' }, `Object 'Kind' is missing in '{"apiVersion":"example.com/v1"}'`],
    ['a version', { kind: 'Nut' }, 'the API version in the data () does not match the expected API version (example.com/v1)'],
    ['its own version', { apiVersion: 'x/v1', kind: 'Other' }, 'the API version in the data (x/v1) does not match the expected API version (example.com/v1)'],
    ['its own kind', { apiVersion: 'example.com/v1', kind: 'Other', metadata: { name: 'a' } }, 'Other.example.com "a" is invalid: kind: Invalid value: "Other": must be Nut'],
  ])('says %s', (_, value, want) => {
    expect(told(value)).toBe(want);
  });
});
