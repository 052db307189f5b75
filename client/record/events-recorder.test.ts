import { describe, expect, it } from '@jest/globals';
import * as core from '../../apimachinery/types/core.gen.ts';
import type * as eventTypes from '../../apimachinery/types/events.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import { newClient } from '../rest.ts';
import { CollectionServer } from '../testing/collection-handler.ts';
import { newInProcessTransport } from '../transport/in-process.ts';
import { newEventsRecorder, type NewEvent } from './events-recorder.ts';

function setUp() {
  const server = new CollectionServer();
  const clock = new FakeClock();
  const client = newClient(newInProcessTransport({ handler: server.handler }), clock);
  const recorder = newEventsRecorder({ client, controller: 'default-scheduler', host: 'h', clock, rand: seededRand(1), log: silentLog });
  const regarding = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a', name: 'p', uid: 'u' } } as core.Pod;
  const event: NewEvent = { regarding, type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note: 'no room' };
  const events = () => server.objects('events') as unknown as eventTypes.Event[];
  return { clock, recorder, event, events };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

describe('newEventsRecorder', () => {
  it('writes who did what to which object', async () => {
    const t = setUp();
    t.recorder.record(t.event);
    await until(() => t.events().length === 1);
    expect(t.events()[0]).toMatchObject({
      metadata: { namespace: 'a' },
      regarding: { kind: 'Pod', name: 'p', uid: 'u' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'default-scheduler',
      reportingInstance: 'default-scheduler-h',
      action: 'Scheduling',
      reason: 'FailedScheduling',
      note: 'no room',
    });
    expect(t.events()[0]?.series).toBeUndefined();
  });

  it('makes a series of the second one, whatever its note', async () => {
    const t = setUp();
    t.recorder.record(t.event);
    t.clock.step(1000);
    t.recorder.record({ ...t.event, note: 'still no room' });
    await until(() => t.events()[0]?.series !== undefined);
    expect(t.events()).toHaveLength(1);
    expect(t.events()[0]).toMatchObject({ note: 'no room', series: { count: 2, lastObservedTime: '2026-01-01T00:00:01.000000Z' } });
  });

  it('begins anew when the series has ended', async () => {
    const t = setUp();
    t.recorder.record(t.event);
    t.clock.step(7 * 60_000);
    t.recorder.record(t.event);
    await until(() => t.events().length === 2);
    expect(t.events().every((e) => e.series === undefined)).toBe(true);
  });
});
