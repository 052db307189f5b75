/** Durations as Go reads, words and prints them (`1h30m`, `1.5s`, `0`): of flags, fields, parameters and expressions. Behaves like Go's time.ParseDuration and Duration.String. */
import { quote } from './quote.ts';

/** Thrown for texts that are no duration; the message is Go's. */
export class DurationError extends Error {
  override readonly name = 'DurationError';
}

const UNITS: Record<string, bigint> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MAX_INT64 = (1n << 63n) - 1n;

/** Nanoseconds, within 64 bits. Throws DurationError. */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0n;
  if (rest === '') throw new DurationError(`time: invalid duration ${quote(text)}`);
  let total = 0n;
  while (rest !== '') {
    const part = durationPart(rest, text);
    total += part.nanos;
    if (total > MAX_INT64 + (negative ? 1n : 0n)) throw new DurationError(`time: invalid duration ${quote(text)}`);
    rest = rest.slice(part.length);
  }
  return negative ? -total : total;
}

/** Milliseconds, with what is left below one as a fraction. Throws DurationError. */
export const durationMs = (text: string): number => Number(parseDuration(text)) / 1e6;

/** Nanoseconds; undefined: the text is no duration. */
export function durationOrNone(text: string): bigint | undefined {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

function durationPart(rest: string, text: string): { nanos: bigint; length: number } {
  const number = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest);
  const [all = '', whole = '', fraction = ''] = number ?? [];
  if (whole === '' && fraction === '') throw new DurationError(`time: invalid duration ${quote(text)}`);
  const unit = /^[^.0-9]*/.exec(rest.slice(all.length))?.[0] ?? '';
  if (unit === '') throw new DurationError(`time: missing unit in duration ${quote(text)}`);
  const scale = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (scale === undefined) throw new DurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
  const parts = (BigInt(fraction === '' ? '0' : fraction) * scale) / 10n ** BigInt(fraction.length);
  return { nanos: BigInt(whole === '' ? '0' : whole) * scale + parts, length: all.length + unit.length };
}

/** `1h30m0s`, as Go's Duration.String prints nanoseconds. */
export function formatDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s';
  const sign = nanos < 0n ? '-' : '';
  const n = nanos < 0n ? -nanos : nanos;
  if (n < 1_000n) return `${sign}${n}ns`;
  if (n < 1_000_000n) return `${sign}${decimal(n, 3)}µs`;
  if (n < 1_000_000_000n) return `${sign}${decimal(n, 6)}ms`;
  const seconds = n / 1_000_000_000n;
  const minutes = seconds / 60n;
  const last = `${decimal(n - minutes * 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + last;
  return minutes < 60n ? `${sign}${minutes}m${last}` : `${sign}${minutes / 60n}h${minutes % 60n}m${last}`;
}

function decimal(n: bigint, places: number): string {
  const scale = 10n ** BigInt(places);
  const fraction = (n % scale).toString().padStart(places, '0').replace(/0+$/, '');
  return fraction === '' ? `${n / scale}` : `${n / scale}.${fraction}`;
}
