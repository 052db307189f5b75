import { describe, expect, it } from '@jest/globals';
import { int64Mistake } from './int64-annotation.ts';

describe('an annotation that is an integer', () => {
  it.each([undefined, '0', '-5', '+7', '9223372036854775807', '-9223372036854775808'])('takes %s', (text) => {
    expect(int64Mistake(text)).toBeUndefined();
  });

  it.each([
    ['', 'strconv.ParseInt: parsing "": invalid syntax'],
    ['x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['9223372036854775808', 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
  ])('tells what is wrong with %s', (text, want) => {
    expect(int64Mistake(text)).toBe(want);
  });
});
