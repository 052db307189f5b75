import { describe, expect, it } from '@jest/globals';
import * as core from '../../apimachinery/types/core.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import { newClient } from '../rest.ts';
import { CollectionServer } from '../testing/collection-handler.ts';
import { newInProcessTransport } from '../transport/in-process.ts';
import { EventCorrelator, type NewEvent } from './correlator.ts';
import { eventName, newEventRecorder } from './event-recorder.ts';

function setUp() {
  const server = new CollectionServer();
  const clock = new FakeClock();
  const client = newClient(newInProcessTransport({ handler: server.handler }), clock);
  const recorder = newEventRecorder({ client, source: { component: 'test-controller', host: 'h' }, clock, rand: seededRand(1), log: silentLog });
  const about = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a', name: 'p', uid: 'u' } } as core.Pod;
  const events = () => server.objects('events') as unknown as core.Event[];
  return { server, clock, recorder, about, events };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

describe('newEventRecorder', () => {
  it('writes an event about an object', async () => {
    const t = setUp();
    t.recorder.event(t.about, 'Normal', 'Pulled', 'it came', 'spec.containers{c}');
    await until(() => t.events().length === 1);
    expect(t.events()[0]).toMatchObject({
      metadata: { namespace: 'a' },
      involvedObject: { kind: 'Pod', namespace: 'a', name: 'p', uid: 'u', apiVersion: 'v1', fieldPath: 'spec.containers{c}' },
      type: 'Normal',
      reason: 'Pulled',
      message: 'it came',
      count: 1,
      source: { component: 'test-controller', host: 'h' },
      reportingComponent: 'test-controller',
      reportingInstance: 'h',
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
    });
    expect(t.events()[0]?.metadata.name).toMatch(/^p\.[0-9a-f]{16}$/);
  });

  it('counts an equal one up', async () => {
    const t = setUp();
    t.recorder.event(t.about, 'Warning', 'BackOff', 'again');
    await until(() => t.events().length === 1);
    t.clock.step(60_000);
    t.recorder.event(t.about, 'Warning', 'BackOff', 'again');
    await until(() => t.events()[0]?.count === 2);
    expect(t.events()).toHaveLength(1);
    expect(t.events()[0]).toMatchObject({ firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:01:00Z' });
  });

  it('puts events about objects without a namespace into default', async () => {
    const t = setUp();
    t.recorder.event({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'n' } } as core.Node, 'Normal', 'Ready', 'm');
    await until(() => t.events().length === 1);
    expect(t.events()[0]?.metadata.namespace).toBe('default');
  });
});

describe('EventCorrelator', () => {
  const event = (message: string): NewEvent => ({ involvedObject: { name: 'p', kind: 'Pod' }, type: 'Normal', reason: 'R', message });

  it('writes many of one reason as one', () => {
    const correlator = new EventCorrelator(new FakeClock());
    const messages = Array.from({ length: 12 }, (_, i) => correlator.correlate(event(`m${i}`))?.message);
    expect(messages.slice(8, 11)).toEqual(['m8', '(combined from similar events): m9', '(combined from similar events): m10']);
  });

  it('drops what an object says too often', () => {
    const clock = new FakeClock();
    const correlator = new EventCorrelator(clock);
    const accepted = Array.from({ length: 30 }, () => correlator.correlate(event('m'))).filter(Boolean);
    expect(accepted).toHaveLength(25);
    clock.step(300_000);
    expect(correlator.correlate(event('m'))).toBeDefined();
  });
});

describe('eventName', () => {
  it('is hex nanoseconds behind the name', () => {
    const name = eventName('p', Date.UTC(2026, 0, 1), seededRand(1));
    expect(BigInt(`0x${name.slice(2)}`) / 1_000_000n).toBe(BigInt(Date.UTC(2026, 0, 1)));
  });
});
