import { describe, expect, it } from '@jest/globals';
import { quote } from './quote.ts';

describe('quote', () => {
  it.each([
    ['plain', '"plain"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
    ['tab\tline\n', '"tab\\x09line\\x0a"'],
    ['5µs', '"5\\xc2\\xb5s"'],
    ['\u007f', '"\u007f"'],
    ['😀', '"\\xf0\\x9f\\x98\\x80"'],
  ])('writes %j as Go does: %s', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});
