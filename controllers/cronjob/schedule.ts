/** When a CronJob is due. Behaves like upstream pkg/controller/cronjob/utils.go over github.com/robfig/cron. */
import { Cron } from 'croner';

export interface Schedule {
  /** The first time after `ms`. Milliseconds; Infinity: never. */
  next(ms: number): number;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function durationOf(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map((p) => p[0]).join('') !== text) throw new Error(`time: invalid duration "${text}"`);
  return parts.reduce((sum, [, n, unit]) => sum + Number(n) * (UNITS[unit ?? ''] ?? 0), 0);
}

/** Whole seconds, at least one. */
function every(text: string): Schedule {
  const period = Math.max(1000, Math.floor(durationOf(text) / 1000) * 1000);
  return { next: (ms) => Math.floor(ms / 1000) * 1000 + period };
}

/** `timeZone`: IANA; UTC unless told. Throws with the reason when the schedule cannot be read. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const zoned = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(text);
  if (zoned) return parseSchedule(zoned[2] ?? '', zoned[1]);
  const interval = /^@every\s+(.*)$/.exec(text);
  if (interval) return every(interval[1] ?? '');
  const cron = new Cron(text.replaceAll('?', '*'), { timezone: timeZone, paused: true });
  return { next: (ms) => cron.nextRun(new Date(ms))?.getTime() ?? Infinity };
}

export interface Missed {
  /** The newest time that is due; undefined: none is. */
  readonly time?: number;
  /** More than a hundred were missed: a clock may be wrong. */
  readonly isMany: boolean;
}

/** The newest scheduled time in (`from`, `now`]. Goes by the distance of the first two, so that a long outage costs little. */
export function mostRecent(schedule: Schedule, from: number, now: number): Missed {
  const first = schedule.next(from);
  if (now < first) return { isMany: false };
  const second = schedule.next(first);
  if (now < second) return { time: first, isMany: false };
  const period = second - first;
  const count = Math.floor((now - first) / period) + 1;
  let time: number | undefined;
  for (let t = schedule.next(first + (count - 2) * period); t <= now; t = schedule.next(t)) time = t;
  return { ...(time !== undefined && { time }), isMany: count > 100 };
}
