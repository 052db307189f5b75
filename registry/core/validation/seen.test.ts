import { describe, expect, it } from '@jest/globals';
import { Seen } from './seen.ts';

describe('Seen', () => {
  it.each([1, 2, 3, 20])('knows each of %i values that came, and no other', (count) => {
    const values = Array.from({ length: count }, (_, i) => `v${i}`);
    const seen = new Seen();
    expect(values.map((v) => seen.again(v))).toEqual(values.map(() => false));
    expect(values.map((v) => seen.again(v))).toEqual(values.map(() => true));
    expect(seen.has('other')).toBe(false);
  });

  it('does not take what never came for a value that is not given', () => {
    const seen = new Seen();
    expect(seen.has(undefined)).toBe(false);
    expect([seen.again(undefined), seen.again(undefined), seen.again('')]).toEqual([false, true, false]);
  });
});
