import { describe, expect, it } from '@jest/globals';
import { humanDuration, translateTimestampSince } from './duration.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('humanDuration', () => {
  const rows: readonly (readonly [ms: number, want: string])[] = [
    [-3 * SECOND, '<invalid>'],
    [-SECOND, '0s'],
    [0, '0s'],
    [119 * SECOND, '119s'],
    [2 * MINUTE, '2m'],
    [200 * SECOND, '3m20s'],
    [10 * MINUTE + 30 * SECOND, '10m'],
    [179 * MINUTE, '179m'],
    [3 * HOUR + 10 * MINUTE, '3h10m'],
    [8 * HOUR + 10 * MINUTE, '8h'],
    [49 * HOUR, '2d1h'],
    [8 * DAY, '8d'],
    [800 * DAY, '2y70d'],
    [9 * 365 * DAY, '9y'],
  ];
  it.each(rows)('prints %d ms as %s', (ms, want) => {
    expect(humanDuration(ms)).toBe(want);
  });

  it('knows no age without a time', () => {
    expect(translateTimestampSince(undefined, 0)).toBe('<unknown>');
    expect(translateTimestampSince('2026-01-01T00:00:00Z', Date.UTC(2026, 0, 1, 0, 5))).toBe('5m');
  });
});
