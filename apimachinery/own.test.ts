import { describe, expect, it } from '@jest/globals';
import { own } from './own.ts';

describe('own', () => {
  it.each(['constructor', 'toString', '__proto__', 'absent'])('finds no %s in a map that has none', (key) => {
    expect(own({ a: 1 }, key)).toBeUndefined();
  });

  it('finds what is there, and nothing in nothing', () => {
    expect([own({ constructor: 1 } as unknown as Record<string, number>, 'constructor'), own(undefined, 'a'), own(null, 'a')]).toEqual([1, undefined, undefined]);
  });
});
