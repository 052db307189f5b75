/** Times as text, and how durations are written. Behaves like Go's time.Parse of RFC 3339, and cel-go's own way to write them. */

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[-+]\d\d:\d\d)$/;

/** Seconds, as '5400s' or '0.5s'. */
export function formatDuration(nanos: bigint): string {
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % 1_000_000_000n).padStart(9, '0').replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${size / 1_000_000_000n}${fraction === '' ? '' : `.${fraction}`}s`;
}

/** undefined: none. */
export function parseTimestamp(text: string): { readonly nanos: bigint; readonly offset: number } | undefined {
  const [, day = '', time = '', fraction = '', zone = ''] = RFC3339.exec(text) ?? [];
  const milliseconds = Date.parse(`${day}T${time}${zone.toUpperCase()}`);
  const isReal = !Number.isNaN(milliseconds) && new Date(Date.parse(`${day}T00:00:00Z`)).toISOString().startsWith(day) && !time.startsWith('24');
  return isReal ? { nanos: BigInt(milliseconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0')), offset: offsetOf(zone) } : undefined;
}

/** Minutes. */
function offsetOf(zone: string): number {
  const [, sign, hours = '0', minutes = '0'] = /^([-+])(\d\d):(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

export function formatTimestamp({ nanos, offset }: { readonly nanos: bigint; readonly offset: number }): string {
  const fraction = ((nanos % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const whole = new Date(Number((nanos - fraction) / 1_000_000n) + offset * 60_000).toISOString().slice(0, 19);
  return `${whole}${fraction === 0n ? '' : `.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`}${zoneText(offset)}`;
}

function zoneText(offset: number): string {
  if (offset === 0) return 'Z';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((n) => String(n).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}
