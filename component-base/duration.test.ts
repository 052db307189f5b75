import { describe, expect, it } from '@jest/globals';
import { DurationError, durationMs, durationOrNone, formatDuration, parseDuration } from './duration.ts';

describe('durations', () => {
  it('are read with units, fractions and signs, to the nanosecond', () => {
    expect(['1h2m3.5s', '300ms', '-1m', '0', '+1.5us', '.5s', '1.s', '2562047h47m16.854775807s'].map(parseDuration)).toEqual([3_723_500_000_000n, 300_000_000n, -60_000_000_000n, 0n, 1500n, 500_000_000n, 1_000_000_000n, (1n << 63n) - 1n]);
    expect(['1h30m', '1.5s', '250us'].map(durationMs)).toEqual([5_400_000, 1500, 0.25]);
  });

  it("are refused in Go's words", () => {
    const want: Record<string, string> = {
      x: 'time: invalid duration "x"',
      '10': 'time: missing unit in duration "10"',
      '2d': 'time: unknown unit "d" in duration "2d"',
      '': 'time: invalid duration ""',
      '2562048h': 'time: invalid duration "2562048h"',
    };
    for (const [text, message] of Object.entries(want)) expect(() => parseDuration(text)).toThrow(new DurationError(message));
    expect(Object.keys(want).map(durationOrNone)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  it('are printed as they are read', () => {
    for (const text of ['1h30m0s', '1.5s', '250µs', '-2ms', '0s', '1ns']) expect(formatDuration(parseDuration(text))).toBe(text);
  });
});
