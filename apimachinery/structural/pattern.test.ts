import { describe, expect, it } from '@jest/globals';
import { matches } from './pattern.ts';

describe('user patterns', () => {
  it('are found anywhere unless they are anchored', () => {
    expect(matches('b+', 'abbc')).toBe(true);
    expect(matches('^b+$', 'abbc')).toBe(false);
  });

  it('take time linear in the text, whatever they are', () => {
    expect(matches('^(a+)+$', `${'a'.repeat(5000)}!`)).toBe(false);
  });

  it('are refused when they are none', () => {
    expect(() => matches('(', '')).toThrow('missing closing )');
  });
});
