import { describe, expect, it } from '@jest/globals';
import { checkResourceName } from './resource-name.ts';

describe('a name that the API is asked for', () => {
  it.each([
    ['', 'resource name may not be empty'],
    ['a/b', `invalid resource name "a/b": [may not contain '/']`],
    ['../%', `invalid resource name "../%": [may not contain '/' may not contain '%']`],
    ['..', `invalid resource name "..": [may not be '..']`],
  ])('is refused as upstream’s client refuses it: %j', (name, message) => {
    expect(() => checkResourceName(name)).toThrow(message);
  });

  it('may be any other', () => {
    expect(() => checkResourceName('Not a DNS name')).not.toThrow();
  });
});
