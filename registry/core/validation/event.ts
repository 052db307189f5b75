/** Events of both groups: those of events.k8s.io are held to more. Behaves like upstream pkg/apis/core/validation/events.go. */
import type { Event } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import type { RequestContext } from '../../generic/context.ts';
import { semanticEqual } from '../equality.ts';
import { immutable, qualifiedName } from './fields.ts';
import { byteLength, each, isDNS1123Subdomain } from './format.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const isModern = (ctx: RequestContext): boolean => ctx.info.apiGroup === 'events.k8s.io';

function namespaceAgrees({ metadata, involvedObject, eventTime }: Event): FieldError[] {
  const [own = '', other = ''] = [metadata.namespace, involvedObject.namespace];
  const free = eventTime ? ['default', 'kube-system'] : ['', 'default'];
  const isRight = other === '' ? free.includes(own) : eventTime ? true : own === other;
  return isRight ? [] : [invalid(Path.of('involvedObject', 'namespace'), other, 'does not match event.namespace')];
}

function text(value: string | undefined, name: string, limit: number, isRequired = true): FieldError[] {
  const path = Path.of(name);
  return [
    ...(isRequired && !value ? [required(path)] : []),
    ...(byteLength(value ?? '') > limit ? [invalid(path, '', `can have at most ${limit} characters`)] : []),
  ];
}

function timed(event: Event, controllerField: string): FieldError[] {
  const controller = event.reportingComponent ?? '';
  const path = Path.of(controllerField);
  return [
    ...(controller === '' ? [required(path)] : []),
    ...qualifiedName(controller, path),
    ...text(event.reportingInstance, 'reportingInstance', 128),
    ...text(event.action, 'action', 128),
    ...text(event.reason, 'reason', 128),
    ...text(event.message, 'message', 1024, false),
  ];
}

function common(event: Event, ctx: RequestContext): FieldError[] {
  const namespace = event.metadata.namespace ?? '';
  return [
    ...namespaceAgrees(event),
    ...(event.eventTime ? timed(event, isModern(ctx) ? 'reportingController' : 'reportingComponent') : []),
    ...each(Path.of('namespace'), namespace, isDNS1123Subdomain(namespace)),
  ];
}

function series({ series: s }: Event): FieldError[] {
  if (!s) return [];
  return [
    ...((s.count ?? 0) < 2 ? [invalid(Path.of('series.count'), '', 'should be at least 2')] : []),
    ...(s.lastObservedTime ? [] : [required(Path.of('series.lastObservedTime'))]),
  ];
}

export function validateEventCreate(event: Event, ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const errors = common(event, ctx);
  if (!isModern(ctx)) return errors;
  const unset = {
    firstTimestamp: event.firstTimestamp,
    lastTimestamp: event.lastTimestamp,
    count: event.count,
    source: event.source?.component || event.source?.host,
  };
  return [
    ...errors,
    ...metadata.whole(),
    ...series(event),
    ...(event.eventTime ? [] : [required(Path.of('eventTime'))]),
    ...(event.type === 'Normal' || event.type === 'Warning'
      ? []
      : [invalid(Path.of('type'), '', `has invalid value: ${event.type ?? ''}`)]),
    ...Object.entries(unset).flatMap(([field, value]) => (value ? [invalid(Path.of(field), '', 'needs to be unset')] : [])),
  ];
}

const FIXED: readonly (readonly [path: string, field: keyof Event])[] = [
  ['involvedObject', 'involvedObject'],
  ['reason', 'reason'],
  ['message', 'message'],
  ['source', 'source'],
  ['firstTimestamp', 'firstTimestamp'],
  ['lastTimestamp', 'lastTimestamp'],
  ['count', 'count'],
  ['reason', 'reason'],
  ['type', 'type'],
  ['eventTime', 'eventTime'],
  ['action', 'action'],
  ['related', 'related'],
  ['reportingController', 'reportingComponent'],
  ['reportingInstance', 'reportingInstance'],
];

/** Texts are no pointers upstream: an absent one is ''. */
const OBJECTS = ['related', 'source', 'involvedObject', 'firstTimestamp', 'lastTimestamp', 'eventTime'];
const shown = (value: unknown, field: string): unknown => value ?? (OBJECTS.includes(field) ? undefined : field === 'count' ? 0 : '');

export function validateEventUpdate(event: Event, old: Event, ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const errors = common(event, ctx);
  if (!isModern(ctx)) return errors;
  return [
    ...errors,
    ...metadata.change(),
    ...(semanticEqual(event.series, old.series) ? [] : series(event)),
    ...FIXED.flatMap(([path, field]) => immutable(shown(event[field], field), shown(old[field], field), Path.of(path))),
  ];
}
