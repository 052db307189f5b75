/** Times as Go's time package reads, words and prints them. Behaves like time.Parse, metav1.Time and metav1.MicroTime. */
import { quote } from '../../component-base/quote.ts';

/** Thrown for texts that are no time; the message is Go's. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

export interface Instant {
  /** Since 1970, may be negative. */
  readonly seconds: number;
  readonly nanos: number;
}

const RFC3339 = '2006-01-02T15:04:05Z07:00';
const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';
/** 0001-01-01T00:00:00Z: Go's zero time, written as null. */
export const ZERO_TIME_SECONDS = -62_135_596_800;

const CANONICAL = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/;
const CANONICAL_MICRO = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$/;
const ZERO_TEXT = '0001-01-01T00:00:00';

/** metav1.Time's form (UTC, whole seconds); null for the zero time. Throws TimeError. */
export function canonicalTime(text: string): string | null {
  if (CANONICAL.test(text) && !text.startsWith(ZERO_TEXT)) return text;
  return formatTime(parseTime(text));
}

/** metav1.MicroTime's form (UTC, six digits); null for the zero time. Throws TimeError. */
export function canonicalMicroTime(text: string): string | null {
  if (CANONICAL_MICRO.test(text) && !text.startsWith(ZERO_TEXT)) return text;
  return formatMicroTime(parseMicroTime(text));
}

export const parseTime = (text: string): Instant => new Reader(text, RFC3339).read();
export const parseMicroTime = (text: string): Instant => new Reader(text, RFC3339_MICRO).read();

export function formatTime(time: Instant): string | null {
  if (time.seconds === ZERO_TIME_SECONDS && time.nanos === 0) return null;
  return `${dateTime(time.seconds)}Z`;
}

export function formatMicroTime(time: Instant): string | null {
  if (time.seconds === ZERO_TIME_SECONDS && time.nanos === 0) return null;
  return `${dateTime(time.seconds)}.${pad(Math.trunc(time.nanos / 1_000), 6)}Z`;
}

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

function dateTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const { year, month, day } = civilOf(days);
  const clock = `${pad(Math.floor(rest / 3_600), 2)}:${pad(Math.floor(rest / 60) % 60, 2)}:${pad(rest % 60, 2)}`;
  return `${year < 0 ? `-${pad(-year, 4)}` : pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock}`;
}

/** Days since 1970 of a date of the Gregorian calendar, and back. */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

function civilOf(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1_460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp + (mp < 10 ? 3 : -9);
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}

const leap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (month: number, year: number): number => (month === 2 ? (leap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
const isDigit = (c: string | undefined): boolean => c !== undefined && c >= '0' && c <= '9';
/** Go's time.Parse for the two layouts: chunk by chunk, so that the message names the first that fails. */
class Reader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  read(): Instant {
    const year = this.#year();
    this.#literal('-');
    const month = this.#number('01', true, 1, 12, 'month');
    this.#literal('-');
    const day = this.#number('02', true, 0, 99, 'day');
    this.#literal('T');
    const hour = this.#number('15', false, 0, 23, 'hour');
    this.#literal(':');
    const minute = this.#number('04', true, 0, 59, 'minute');
    this.#literal(':');
    const second = this.#number('05', true, 0, 59, 'second');
    const nanos = this.#layout === RFC3339_MICRO ? this.#micros() : this.#optionalFraction();
    const offset = this.#zone();
    if (this.#rest !== '') this.#outOf(`extra text: ${quote(this.#rest)}`);
    if (day < 1 || day > daysIn(month, year)) this.#outOf('day out of range');
    return { seconds: daysOf(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset, nanos };
  }

  #year(): number {
    if (this.#rest.length < 4 || !/^[0-9]{4}/.test(this.#rest)) this.#cannot('2006', this.#rest);
    return Number(this.#advance(4));
  }

  #literal(c: string): void {
    if (this.#rest[0] !== c) this.#cannot(c, this.#rest);
    this.#advance(1);
  }

  /** Two digits, or one where not `fixed`. */
  #number(element: string, fixed: boolean, min: number, max: number, name: string): number {
    const two = isDigit(this.#rest[1]);
    if (!isDigit(this.#rest[0]) || (fixed && !two)) this.#cannot(element, this.#rest);
    const n = Number(this.#advance(two ? 2 : 1));
    if (n < min || n > max) this.#outOf(`${name} out of range`);
    return n;
  }

  #optionalFraction(): number {
    if (!/^[.,][0-9]/.test(this.#rest)) return 0;
    const digits = /^[.,]([0-9]+)/.exec(this.#rest)?.[1] ?? '';
    this.#advance(digits.length + 1);
    return Number(digits.slice(0, 9).padEnd(9, '0'));
  }

  #micros(): number {
    if (!/^[.,][0-9]{6}/.test(this.#rest)) this.#cannot('.000000', this.#rest);
    return Number(this.#advance(7).slice(1)) * 1_000;
  }

  /** Seconds east of UTC. */
  #zone(): number {
    if (this.#rest[0] === 'Z') {
      this.#advance(1);
      return 0;
    }
    const parts = /^([+-])([0-9]{2}):([0-9]{2})/.exec(this.#rest);
    if (!parts) return this.#cannot('Z07:00', this.#rest);
    const [hours, minutes] = [Number(parts[2]), Number(parts[3])];
    this.#advance(6);
    if (hours > 24) this.#outOf('time zone offset hour out of range');
    if (minutes > 60) this.#outOf('time zone offset minute out of range');
    return (hours * 60 + minutes) * 60 * (parts[1] === '-' ? -1 : 1);
  }

  #advance(count: number): string {
    const taken = this.#rest.slice(0, count);
    this.#rest = this.#rest.slice(count);
    return taken;
  }

  #cannot(element: string, value: string): never {
    throw new TimeError(`parsing time ${quote(this.#text)} as ${quote(this.#layout)}: cannot parse ${quote(value)} as ${quote(element)}`);
  }

  #outOf(message: string): never {
    throw new TimeError(`parsing time ${quote(this.#text)}: ${message}`);
  }
}
