/** Texts whose format says that they are times or bytes. Behaves like upstream apiserver/pkg/cel/common/valuesunstructured.go on kube-openapi/pkg/validation/strfmt. */
import { goQuote } from '../go-text.ts';
import { durationOrNone } from '../../component-base/duration.ts';
import { parseTimestamp } from './time-text.ts';
import { Duration, Failure, Timestamp, type Result } from './values.ts';

export function formattedText(text: string, format: string | undefined): Result {
  switch (format) {
    case 'duration':
      return durationOf(text);
    case 'date':
      return dateOf(text);
    case 'date-time':
      return dateTimeOf(text);
    case 'byte':
      return bytesOf(text);
    default:
      return text;
  }
}

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
/** Names of units; the last may be the beginning of a longer one: `days`. */
const UNITS: readonly (readonly [names: readonly string[], nanos: bigint])[] = [
  [['ns', 'nano'], 1n],
  [['us', 'µs', 'micro'], 1000n],
  [['ms', 'milli'], 1_000_000n],
  [['s', 'sec'], SECOND],
  [['m', 'min'], 60n * SECOND],
  [['h', 'hr', 'hour'], 3600n * SECOND],
  [['d', 'day'], DAY],
  [['w', 'wk', 'week'], 7n * DAY],
];

/** Nanoseconds of Go's durations, and of `2 days`; undefined: none. */
export const parseLooseDuration = (text: string): bigint | undefined => durationOrNone(text) ?? inWords(text);

function durationOf(text: string): Result {
  const nanos = parseLooseDuration(text);
  return nanos === undefined ? new Failure(`Invalid duration ${text}: unable to parse ${text} as duration`) : new Duration(nanos);
}

function inWords(text: string): bigint | undefined {
  let nanos: bigint | undefined;
  for (const [, count = '', unit = ''] of text.toLowerCase().matchAll(/(\d+)\s*([a-zµ]+)/g)) {
    const size = UNITS.find(([names]) => names.includes(unit) || unit.startsWith(names.at(-1) ?? unit))?.[1];
    if (size !== undefined) nanos = (nanos ?? 0n) + BigInt(count) * size;
  }
  return nanos;
}

function dateOf(text: string): Result {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? parseTimestamp(`${text}T00:00:00Z`) : undefined;
  return time ? new Timestamp(time.nanos) : new Failure(`Invalid date formatted string ${text}: ${dateProblem(text)}`);
}

/** Of a date, in order; each with how Go writes it. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
];

function dateProblem(text: string): string {
  let rest = text;
  for (const [pattern, name] of PARTS) {
    const found = pattern.exec(rest);
    if (!found) return `parsing time ${goQuote(text)} as "2006-01-02": cannot parse ${goQuote(rest)} as ${goQuote(name)}`;
    rest = rest.slice(found[0].length);
  }
  if (rest !== '') return `parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`;
  return `parsing time ${goQuote(text)}: ${/^\d{4}-(?:0[1-9]|1[0-2])/.test(text) ? 'day' : 'month'} out of range`;
}

/** Without a zone it is UTC's. */
function dateTimeOf(text: string): Result {
  const time = parseTimestamp(text) ?? parseTimestamp(`${text}Z`);
  if (time) return new Timestamp(time.nanos, time.offset);
  return text === '' ? new Timestamp(0n) : new Failure(`Invalid date-time formatted string ${text}: parsing time ${goQuote(text)} as "2006-01-02T15:04:05": cannot parse ${goQuote(text)} as "2006"`);
}

/** In the alphabet of URLs, as upstream reads it here. */
function bytesOf(text: string): Result {
  const plain = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$/.test(plain)) return new Failure(`Invalid byte formatted string ${text}: illegal base64 data at input byte ${/[^A-Za-z0-9_-]/.exec(text)?.index ?? text.length}`);
  return Uint8Array.from(atob(plain.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}
