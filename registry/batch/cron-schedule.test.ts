import { describe, expect, it } from '@jest/globals';
import { parseCronSchedule, type CronFields } from './cron-schedule.ts';

describe('parseCronSchedule', () => {
  const rows: readonly (readonly [text: string, message: string])[] = [
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['TZ=Mars/Olympus * * * * *', 'provided bad location Mars/Olympus: unknown time zone Mars/Olympus'],
  ];
  it.each(rows)('refuses %p', (text, message) => {
    expect(() => parseCronSchedule(text)).toThrow(message);
  });

  it('reads lists, ranges, steps and names', () => {
    const schedule = parseCronSchedule('0,30 9-17/4 * JAN,mar MON-fri') as CronFields;
    expect([...schedule.minute.values]).toEqual([0, 30]);
    expect([...schedule.hour.values]).toEqual([9, 13, 17]);
    expect([...schedule.month.values]).toEqual([1, 3]);
    expect([...schedule.dayOfWeek.values]).toEqual([1, 2, 3, 4, 5]);
    expect(schedule.dayOfMonth.any).toBe(true);
  });

  it('reads descriptors, intervals and time zones', () => {
    expect([...(parseCronSchedule('@daily') as CronFields).hour.values]).toEqual([0]);
    expect(parseCronSchedule('@every 1m30s')).toEqual({ kind: 'interval', milliseconds: 90_000 });
    expect((parseCronSchedule('CRON_TZ=Europe/Berlin 0 5 * * *') as CronFields).timeZone).toBe('Europe/Berlin');
  });
});
