/** Ages as kubectl prints them. Behaves like upstream apimachinery/pkg/util/duration. */

/** `ms` in two units at most: `5s`, `3m20s`, `2d3h`, `<invalid>` below minus two seconds. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return pair(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(hours / 24 / 365);
  if (hours < 24 * 365 * 8) return pair(years, 'y', Math.trunc(hours / 24) % 365, 'd');
  return `${years}y`;
}

const pair = (large: number, unit: string, small: number, smallUnit: string): string => (small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`);

/** The age of an RFC 3339 time at `now` (ms), `<unknown>` when there is none. */
export function translateTimestampSince(timestamp: string | undefined | null, now: number): string {
  return timestamp === undefined || timestamp === null || timestamp === '' ? '<unknown>' : humanDuration(now - Date.parse(timestamp));
}

/** The time left until an RFC 3339 time. */
export function translateTimestampUntil(timestamp: string | undefined | null, now: number): string {
  return timestamp === undefined || timestamp === null || timestamp === '' ? '<unknown>' : humanDuration(Date.parse(timestamp) - now);
}
