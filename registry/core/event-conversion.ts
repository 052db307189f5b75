/** Between the two forms of an event. Behaves like upstream pkg/apis/events/v1/conversion.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type * as events from '../../apimachinery/types/events.gen.ts';

const series = (s: { count?: number; lastObservedTime?: string | null } | undefined) =>
  s ? { series: { count: s.count ?? 0, lastObservedTime: s.lastObservedTime ?? null } } : {};

export function eventToNew(e: core.Event): events.Event {
  return {
    kind: e.kind,
    apiVersion: e.apiVersion,
    metadata: e.metadata,
    eventTime: e.eventTime ?? null,
    ...series(e.series),
    ...(e.reportingComponent && { reportingController: e.reportingComponent }),
    ...(e.reportingInstance && { reportingInstance: e.reportingInstance }),
    ...(e.action && { action: e.action }),
    ...(e.reason && { reason: e.reason }),
    regarding: e.involvedObject,
    ...(e.related && { related: e.related }),
    ...(e.message && { note: e.message }),
    ...(e.type && { type: e.type }),
    deprecatedSource: e.source ?? {},
    deprecatedFirstTimestamp: e.firstTimestamp ?? null,
    deprecatedLastTimestamp: e.lastTimestamp ?? null,
    ...(e.count && { deprecatedCount: e.count }),
  };
}

export function eventFromNew(e: events.Event): core.Event {
  return {
    kind: e.kind,
    apiVersion: e.apiVersion,
    metadata: e.metadata,
    involvedObject: e.regarding ?? {},
    ...(e.reason && { reason: e.reason }),
    ...(e.note && { message: e.note }),
    source: e.deprecatedSource ?? {},
    firstTimestamp: e.deprecatedFirstTimestamp ?? null,
    lastTimestamp: e.deprecatedLastTimestamp ?? null,
    ...(e.deprecatedCount && { count: e.deprecatedCount }),
    ...(e.type && { type: e.type }),
    eventTime: e.eventTime ?? null,
    ...series(e.series),
    ...(e.action && { action: e.action }),
    ...(e.related && { related: e.related }),
    reportingComponent: e.reportingController ?? '',
    reportingInstance: e.reportingInstance ?? '',
  };
}
