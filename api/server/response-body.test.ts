import { describe, expect, it } from '@jest/globals';
import { wantsGzip } from './response-body.ts';

describe('gzip', () => {
  const big = 1 << 20;
  it.each([
    ['gzip', big, true],
    ['deflate, gzip', big, true],
    ['gzip,br', big, true],
    ['gzip;q=0', big, false],
    ['br, gzip;q=0.5', big, false],
    ['GZIP', big, false],
    ['*', big, false],
    ['', big, false],
    ['gzip', 10, false],
    [undefined, big, false],
    ['gzip', undefined, false],
  ])('accept-encoding %j with %j bytes: %j', (accept, length, wanted) => {
    expect(wantsGzip(accept, length)).toBe(wanted);
  });
});
