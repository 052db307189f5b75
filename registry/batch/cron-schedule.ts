/** Reads cron schedules of five fields, descriptors and intervals. Behaves like upstream's parser github.com/robfig/cron/v3 (ParseStandard), errors included. */
import { own } from '../../apimachinery/own.ts';
import { parseDuration } from '../../component-base/duration.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

export interface CronField {
  readonly values: ReadonlySet<number>;
  /** Given as `*`: for the days, only the other one counts. */
  readonly any: boolean;
}

export interface CronFields {
  readonly kind: 'fields';
  readonly timeZone?: string;
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly dayOfWeek: CronField;
}

export interface CronInterval {
  readonly kind: 'interval';
  readonly milliseconds: number;
}

export type CronSchedule = CronFields | CronInterval;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Bounds = { min: 0, max: 59 };
const HOUR: Bounds = { min: 0, max: 23 };
const DAY_OF_MONTH: Bounds = { min: 1, max: 31 };
const MONTH: Bounds = { min: 1, max: 12, names: MONTHS };
const DAY_OF_WEEK: Bounds = { min: 0, max: 6, names: DAYS };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Throws an Error with upstream's message. */
export function parseCronSchedule(text: string): CronSchedule {
  if (text === '') throw new Error('empty spec string');
  if (/^(?:CRON_)?TZ=[^ ]*$/.test(text)) throw new Error('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  const zone = /^(?:CRON_)?TZ=([^ ]*) (.*)$/s.exec(text);
  if (zone && !isTimeZone(zone[1] ?? '')) throw new Error(`provided bad location ${zone[1]}: unknown time zone ${zone[1]}`);
  const rest = zone ? (zone[2] ?? '').trim() : text;
  const timeZone = zone ? { timeZone: zone[1] ?? '' } : {};
  if (rest.startsWith('@every ')) return interval(rest);
  const fields = rest.startsWith('@') ? own(DESCRIPTORS, rest) : rest;
  if (fields === undefined) throw new Error(`unrecognized descriptor: ${rest}`);
  return { ...parseFields(fields.split(/\s+/).filter((f) => f !== '')), ...timeZone };
}

export function isTimeZone(name: string): boolean {
  if (name === '' || name === 'Local') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const ONE_SECOND = 1000;

function interval(text: string): CronInterval {
  const given = text.slice('@every '.length);
  const nanoseconds = parsed(given, text);
  const milliseconds = Math.max(ONE_SECOND, Math.floor(nanoseconds / 1e9) * ONE_SECOND);
  return { kind: 'interval', milliseconds };
}

function parsed(given: string, text: string): number {
  try {
    return Number(parseDuration(given));
  } catch (error) {
    throw new Error(`failed to parse duration ${text}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parseFields(fields: readonly string[]): CronFields {
  if (fields.length !== 5) throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields;
  return {
    kind: 'fields',
    minute: field(minute, MINUTE),
    hour: field(hour, HOUR),
    dayOfMonth: field(dayOfMonth, DAY_OF_MONTH),
    month: field(month, MONTH),
    dayOfWeek: field(dayOfWeek, DAY_OF_WEEK),
  };
}

function field(text: string, bounds: Bounds): CronField {
  const values = new Set<number>();
  let any = false;
  for (const expression of text.split(',').filter((e) => e !== '')) {
    const { start, end, step, isAny } = range(expression, bounds);
    any ||= isAny;
    for (let n = start; n <= end; n += step) values.add(n);
  }
  return { values, any };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly isAny: boolean;
}

function range(expression: string, { min, max, names }: Bounds): Range {
  const [span = '', stepText, ...moreSteps] = expression.split('/');
  const [low = '', high, ...moreEnds] = span.split('-');
  const isAny = low === '*' || low === '?';
  if (!isAny && moreEnds.length > 0) throw new Error(`too many hyphens: ${expression}`);
  const start = isAny ? min : number(low, names);
  const upTo = isAny ? max : high === undefined ? start : number(high, names);
  if (moreSteps.length > 0) throw new Error(`too many slashes: ${expression}`);
  const step = stepText === undefined ? 1 : number(stepText);
  const end = stepText !== undefined && high === undefined ? max : upTo;
  if (start < min) throw new Error(`beginning of range (${start}) below minimum (${min}): ${expression}`);
  if (end > max) throw new Error(`end of range (${end}) above maximum (${max}): ${expression}`);
  if (start > end) throw new Error(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (step === 0) throw new Error(`step of range should be a positive number: ${expression}`);
  return { start, end, step, isAny: isAny && step <= 1 };
}

function number(text: string, names?: readonly string[]): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + (names === MONTHS ? 1 : 0);
  if (!/^[+-]?[0-9]+$/.test(text))
    throw new Error(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  const n = Number(text);
  if (n < 0) throw new Error(`negative number (${n}) not allowed: ${text}`);
  return n;
}
