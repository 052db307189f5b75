/** Events, stored as v1 and served as events.k8s.io/v1, too. Behaves like upstream pkg/registry/core/event and pkg/apis/events/v1/conversion.go. */
import * as core from '../../apimachinery/types/core.gen.ts';
import * as events from '../../apimachinery/types/events.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource, otherVersionOf, selectable, type Cell } from '../generic/define.ts';
import { eventCount, eventObject, eventSource, firstSeen, lastSeen } from './cells/event.ts';
import { eventFromNew, eventToNew } from './event-conversion.ts';
import { validateEventCreate, validateEventUpdate } from './validation/event.ts';

const TTL_SECONDS = 3600;

const cells: readonly Cell<core.Event>[] = [
  column<core.Event>('Last Seen', lastSeen),
  column<core.Event>('Type', (e) => e.type ?? ''),
  column<core.Event>('Reason', (e) => e.reason ?? ''),
  column<core.Event>('Object', eventObject),
  column<core.Event>('Subobject', (e) => e.involvedObject.fieldPath ?? ''),
  column<core.Event>('Source', eventSource),
  column<core.Event>('Message', (e) => (e.message ?? '').trim()),
  column<core.Event>('First Seen', firstSeen),
  column<core.Event>('Count', eventCount),
];

const involved = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** The selectable fields under the names of either group. */
function fieldsOf(reference: string, reporter: string) {
  return [
    ...involved.map((field) => selectable<core.Event>(`${reference}.${field}`, (e) => e.involvedObject[field])),
    selectable<core.Event>('reason', (e) => e.reason),
    selectable<core.Event>(reporter, (e) => e.reportingComponent),
    selectable<core.Event>('type', (e) => e.type),
  ];
}

const toCore = (e: DeepReadonly<events.Event>): core.Event => eventFromNew(structuredClone(e) as events.Event);

export default defineResource<core.Event>(core.Event, {
  shortNames: ['ev'],
  columns: cells,
  selectableFields: [
    ...fieldsOf('involvedObject', 'reportingComponent'),
    selectable<core.Event>('source', (e) => e.source?.component || e.reportingComponent),
  ],
  strategy: {
    allowCreateOnUpdate: true,
    defaultGarbageCollectionPolicy: () => 'Unsupported',
    ttl: () => TTL_SECONDS,
    /** Those that come as v1 are held to what every resource has in common. */
    metadata: { onCreate: 'placed', onUpdate: 'placed' },
    validate: validateEventCreate,
    validateUpdate: validateEventUpdate,
  },
  versions: [
    otherVersionOf<core.Event, events.Event>({
      type: events.Event,
      columns: cells.map((c) => column<events.Event>(c.name, (e, now) => c.cell(toCore(e), now))),
      selectableFields: fieldsOf('regarding', 'reportingController'),
      fromStorage: eventToNew,
      toStorage: eventFromNew,
    }),
  ],
});
