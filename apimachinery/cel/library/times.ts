/** Parts of times and durations. Behaves like upstream cel-go/common/types/timestamp.go and duration.go. */
import { Duration, Failure, Timestamp, type Result } from '../values.ts';
import type { Implementation, Library } from './function.ts';

const OFFSET = /^([-+]?)(\d\d):(\d\d)$/;
const DAY = 86_400_000;

/** A local time, as if it were UTC's. */
const part = (read: (local: Date, nanos: bigint) => number): Implementation => ([time, zone = 'UTC']) => {
  if (!(time instanceof Timestamp) || typeof zone !== 'string') return undefined;
  const utc = Number(floor(time.nanos, 1_000_000n));
  const offset = offsetOf(zone, utc);
  return offset instanceof Failure ? offset : BigInt(read(new Date(utc + offset), time.nanos));
};

const floor = (a: bigint, b: bigint): bigint => (a % b < 0n ? a / b - 1n : a / b);

/** Milliseconds. */
function offsetOf(zone: string, utc: number): number | Failure {
  const [, sign, hours = '0', minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(new Date(utc));
    const of = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - Math.floor(utc / 1000) * 1000;
  } catch (error) {
    if (error instanceof RangeError) return new Failure(`unknown time zone ${zone}`);
    throw error;
  }
}

const measured = (unit: bigint): Implementation => ([d]): Result | undefined => (d instanceof Duration ? d.nanos / unit : undefined);
const either = (first: Implementation, second: Implementation): Implementation => (args) => first(args) ?? second(args);

export const TIMES: Library = {
  getFullYear: part((t) => t.getUTCFullYear()),
  getMonth: part((t) => t.getUTCMonth()),
  getDayOfYear: part((t) => Math.floor((t.getTime() - Date.UTC(t.getUTCFullYear(), 0, 1)) / DAY)),
  getDayOfMonth: part((t) => t.getUTCDate() - 1),
  getDate: part((t) => t.getUTCDate()),
  getDayOfWeek: part((t) => t.getUTCDay()),
  getHours: either(part((t) => t.getUTCHours()), measured(3_600_000_000_000n)),
  getMinutes: either(part((t) => t.getUTCMinutes()), measured(60_000_000_000n)),
  getSeconds: either(part((t) => t.getUTCSeconds()), measured(1_000_000_000n)),
  getMilliseconds: either(part((t) => t.getUTCMilliseconds()), measured(1_000_000n)),
};
