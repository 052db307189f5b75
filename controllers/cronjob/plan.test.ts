import { describe, expect, it } from '@jest/globals';
import { jobOf, nextStep, surplusJobs, type CronJob, type Job } from './plan.ts';
import { mostRecent, parseSchedule } from './schedule.ts';

const at = (text: string): number => Date.parse(text);
const cronJob = (spec: object, status: object = {}): CronJob => ({ metadata: { name: 'c', namespace: 'a', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { schedule: '*/5 * * * *', jobTemplate: { spec: {} }, ...spec }, status }) as unknown as CronJob;

describe('parseSchedule', () => {
  it.each([
    { name: 'five fields', text: '*/5 * * * *', from: '2026-01-01T00:01:00Z', want: '2026-01-01T00:05:00Z' },
    { name: 'a descriptor', text: '@daily', from: '2026-01-01T00:01:00Z', want: '2026-01-02T00:00:00Z' },
    { name: 'an interval', text: '@every 1h30m', from: '2026-01-01T00:00:00Z', want: '2026-01-01T01:30:00Z' },
    { name: 'either day when both are given', text: '0 0 13 * 5', from: '2026-01-01T00:00:00Z', want: '2026-01-02T00:00:00Z' },
    { name: 'a question mark', text: '0 0 ? * ?', from: '2026-01-01T00:00:00Z', want: '2026-01-02T00:00:00Z' },
    { name: 'a zone in the text', text: 'TZ=America/New_York 0 0 * * *', from: '2026-01-01T00:00:00Z', want: '2026-01-01T05:00:00Z' },
  ])('reads $name', ({ text, from, want }) => {
    expect(parseSchedule(text).next(at(from))).toBe(at(want));
  });

  it('reads the zone beside it', () => {
    expect(parseSchedule('0 0 * * *', 'Asia/Tokyo').next(at('2026-01-01T00:00:00Z'))).toBe(at('2026-01-01T15:00:00Z'));
  });

  it('refuses what it cannot read', () => {
    expect(() => parseSchedule('often')).toThrow();
  });
});

describe('mostRecent', () => {
  const schedule = parseSchedule('* * * * *');
  it('finds the newest of many without walking through all', () => {
    expect(mostRecent(schedule, at('2025-01-01T00:00:00Z'), at('2026-01-01T00:00:30Z'))).toEqual({ time: at('2026-01-01T00:00:00Z'), isMany: true });
  });

  it('finds none before the first', () => {
    expect(mostRecent(schedule, at('2026-01-01T00:00:10Z'), at('2026-01-01T00:00:50Z'))).toEqual({ isMany: false });
  });
});

describe('nextStep', () => {
  const schedule = parseSchedule('*/5 * * * *');
  const now = at('2026-01-01T00:05:10Z');
  it('starts what is due, once', () => {
    expect(nextStep(cronJob({}), schedule, 0, now)).toMatchObject({ do: 'start', time: at('2026-01-01T00:05:00Z'), replaces: false });
    expect(nextStep(cronJob({}, { lastScheduleTime: '2026-01-01T00:05:00Z' }), schedule, 0, now)).toEqual({ do: 'wait' });
  });

  it('obeys its concurrency policy', () => {
    expect(nextStep(cronJob({ concurrencyPolicy: 'Forbid' }), schedule, 1, now)).toEqual({ do: 'forbid' });
    expect(nextStep(cronJob({ concurrencyPolicy: 'Forbid' }), schedule, 0, now)).toMatchObject({ do: 'start' });
    expect(nextStep(cronJob({ concurrencyPolicy: 'Replace' }), schedule, 1, now)).toMatchObject({ do: 'start', replaces: true });
  });

  it('lets go what its starting deadline forbids', () => {
    expect(nextStep(cronJob({ startingDeadlineSeconds: 5 }), schedule, 0, now)).toEqual({ do: 'wait' });
  });
});

describe('jobs of a CronJob', () => {
  it('are named and marked by their time', () => {
    const job = jobOf(cronJob({ timeZone: 'Asia/Tokyo' }), at('2026-01-01T00:05:00Z'));
    expect(job.metadata?.name).toBe('c-29453765');
    expect(job.metadata?.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T09:05:00+09:00' });
    expect(jobOf(cronJob({}), at('2026-01-01T00:05:00Z')).metadata?.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:05:00Z' });
  });

  it('go beyond the limits, oldest first, each kind by its own', () => {
    const job = (name: string, type: string): Job => ({ metadata: { name }, status: { startTime: name, conditions: [{ type, status: 'True' }] } }) as unknown as Job;
    const jobs = [job('3', 'Complete'), job('1', 'Complete'), job('2', 'Failed'), job('4', 'Running')];
    expect(surplusJobs(cronJob({ successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0 }), jobs).map((j) => j.metadata.name)).toEqual(['1', '2']);
  });
});
