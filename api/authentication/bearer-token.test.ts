import { describe, expect, it } from '@jest/globals';
import { bearerTokenIn } from './bearer-token.ts';
import { equalInConstantTime } from './constant-time.ts';
import { splitServiceAccountName } from './service-account-names.ts';

describe('bearerTokenIn', () => {
  const table = [
    { name: 'a token', header: 'Bearer abc', want: 'abc' },
    { name: 'any case of the word', header: 'bEARER abc', want: 'abc' },
    { name: 'what follows the token', header: 'Bearer abc def', want: 'abc' },
    { name: 'two spaces', header: 'Bearer  abc', want: undefined },
    { name: 'another scheme', header: 'Basic abc', want: undefined },
    { name: 'no header', header: undefined, want: undefined },
  ];
  it.each(table)('reads $name', ({ header, want }) => {
    expect(bearerTokenIn(header)).toBe(want);
  });
});

describe('equalInConstantTime', () => {
  it('compares whole texts', () => {
    expect(equalInConstantTime('abc', 'abc')).toBe(true);
    expect(equalInConstantTime('abc', 'abd')).toBe(false);
    expect(equalInConstantTime('abc', 'abcabc')).toBe(false);
    expect(equalInConstantTime('', 'a')).toBe(false);
  });
});

describe('splitServiceAccountName', () => {
  it('takes only well-formed names apart', () => {
    expect(splitServiceAccountName('system:serviceaccount:ns:sa')).toEqual({ namespace: 'ns', name: 'sa' });
    expect(splitServiceAccountName('system:serviceaccount:ns')).toBeUndefined();
    expect(splitServiceAccountName('system:serviceaccount:NS:sa')).toBeUndefined();
    expect(splitServiceAccountName('jane')).toBeUndefined();
  });
});
