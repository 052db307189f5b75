/** The cells of an event's row, of either group. Behaves like upstream pkg/printers/internalversion/printers.go (printEvent). */
import type { Event } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { translateTimestampSince as since } from '../../generic/duration.ts';

export function firstSeen(event: DeepReadonly<Event>, now: number): string {
  return since(event.firstTimestamp || event.eventTime, now);
}

export function lastSeen(event: DeepReadonly<Event>, now: number): string {
  if (event.series) return since(event.series.lastObservedTime, now);
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now);
}

export function eventCount(event: DeepReadonly<Event>): number {
  return event.series ? (event.series.count ?? 0) : event.count || 1;
}

export function eventObject(event: DeepReadonly<Event>): string {
  const { kind = '', name = '' } = event.involvedObject;
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

export function eventSource(event: DeepReadonly<Event>): string {
  const component = event.source?.component || event.reportingComponent || '';
  const instance = event.source?.host || event.reportingInstance || '';
  return instance === '' ? component : `${component}, ${instance}`;
}
