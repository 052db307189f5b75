/** Cells that tables of every group share: ages and durations. Behaves like upstream apimachinery/pkg/util/duration and pkg/printers/internalversion. */

/** A duration in two or three significant figures: `5m30s`, `3d4h`. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  return hours < 48 ? `${hours}h` : longDuration(hours);
}

function longDuration(hours: number): string {
  const days = Math.trunc(hours / 24);
  const years = Math.trunc(days / 365);
  if (hours < 24 * 8) return withRest(days, 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  return hours < 24 * 365 * 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

const withRest = (n: number, unit: string, rest: number, restUnit: string): string => (rest === 0 ? `${n}${unit}` : `${n}${unit}${rest}${restUnit}`);

/** The time between an API time and `now` (milliseconds). */
export function since(time: string | null | undefined, now: number): string {
  return time ? humanDuration(now - Date.parse(time)) : '<unknown>';
}

type WithMetadata = { readonly metadata: { readonly name: string; readonly creationTimestamp?: string | null } };

export const nameOf = (obj: WithMetadata): string => obj.metadata.name;
export const ageOf = (obj: WithMetadata, now: number): string => since(obj.metadata.creationTimestamp, now);
/** For tables without columns of their own. */
export const createdAt = (obj: WithMetadata): string => obj.metadata.creationTimestamp ?? '<unknown>';
