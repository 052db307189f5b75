import { describe, expect, it } from '@jest/globals';
import { gapsOf } from './writing.ts';

const keys = (...numbers: readonly number[]): string[] => numbers.map((n) => `/registry/configmaps/default/during-${n}`);

describe('gapsOf', () => {
  it('accepts the first so many, if all from before are among them', () => {
    expect(gapsOf({ before: 2, all: 5 }, keys(0, 1))).toEqual([]);
    expect(gapsOf({ before: 2, all: 5 }, keys(0, 1, 2, 3))).toEqual([]);
  });

  it('names what is missing', () => {
    expect(gapsOf({ before: 3, all: 5 }, keys(0, 1))).toEqual(['during-2 is missing']);
    expect(gapsOf({ before: 1, all: 5 }, keys(0, 1, 3))).toEqual(['during-2 is missing']);
  });
});
