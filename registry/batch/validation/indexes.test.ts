import { describe, expect, it } from '@jest/globals';
import { countIndexes, sharedIndex } from './indexes.ts';

describe('countIndexes', () => {
  const rows: readonly (readonly [text: string, want: number | string])[] = [
    ['', 0],
    ['0', 1],
    ['0,2-4', 4],
    ['2-2', 'non-increasing order, previous: 2, current: 2'],
    ['3,1', 'non-increasing order, previous: 3, current: 1'],
    ['5', 'too large index: "5"'],
    ['a', 'cannot convert string to integer for index: "a"'],
    ['1-2-3', 'the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by \'-\''],
  ];
  it.each(rows)('reads %p as %p', (text, want) => {
    expect(countIndexes(text, 5)).toBe(want);
  });
});

describe('sharedIndex', () => {
  it('is the first index that both have', () => {
    expect(sharedIndex('0-2,5', '2-3', 10)).toBe(2);
    expect(sharedIndex('0-2', '3-4', 10)).toBeUndefined();
  });
});
