import { describe, expect, it } from '@jest/globals';
import { isUnchanged } from './equality.ts';

describe('isUnchanged', () => {
  const part = { c: 1 };
  it.each([
    ['the same object', part, part, true],
    ['the same members', { a: part, b: 'x' }, { a: part, b: 'x' }, true],
    ['the same elements', [part], [part], true],
    ['equal members that are not the same', { a: { c: 1 } }, { a: { c: 1 } }, false],
    ['a member more', { a: part }, { a: part, b: 1 }, false],
    ['an undefined member in place of another', { a: part, b: undefined }, { a: part, c: 1 }, false],
    ['a list in place of a map', [part], { 0: part }, false],
    ['scalars', 'x', 'x', false],
    ['nothing before', {}, undefined, false],
  ])('%s', (_what, value, before, want) => {
    expect(isUnchanged(value, before)).toBe(want);
  });
});
