import { describe, expect, it } from '@jest/globals';
import { parseGoDuration } from './go-duration.ts';

describe('parseGoDuration', () => {
  it('reads units, fractions and signs', () => {
    expect(parseGoDuration('1h2m3.5s')).toBe(3_723_500);
    expect(parseGoDuration('300ms')).toBe(300);
    expect(parseGoDuration('-1m')).toBe(-60_000);
    expect(parseGoDuration('0')).toBe(0);
  });

  it("fails with Go's words", () => {
    expect(() => parseGoDuration('x')).toThrow('time: invalid duration "x"');
    expect(() => parseGoDuration('10')).toThrow('time: missing unit in duration "10"');
    expect(() => parseGoDuration('10y')).toThrow('time: unknown unit "y" in duration "10y"');
    expect(() => parseGoDuration('')).toThrow('time: invalid duration ""');
  });
});
