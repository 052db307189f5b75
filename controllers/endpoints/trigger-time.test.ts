import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../pods/conditions.ts';
import type { Service } from './service-pods.ts';
import { TRIGGER_TIME, TriggerTimes, withTriggerTime } from './trigger-time.ts';

const service = { metadata: { name: 'web', namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' } } as Service;
const pod = (name: string, second: number): Pod => ({ metadata: { name }, status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: `2026-01-01T00:00:0${second}Z` }] } }) as unknown as Pod;

describe('TriggerTimes', () => {
  it("begins with the service's creation", () => {
    expect(new TriggerTimes().next(service, [pod('a', 5)])).toBe('2026-01-01T00:00:00Z');
  });

  it('tells the earliest of the changes since, and nothing when there is none', () => {
    const times = new TriggerTimes();
    times.next(service, [pod('a', 1)]);
    expect(times.next(service, [pod('a', 1), pod('b', 4), pod('c', 3)])).toBe('2026-01-01T00:00:03Z');
    expect(times.next(service, [pod('a', 1), pod('b', 4)])).toBeUndefined();
    expect(times.next(service, [pod('a', 6), pod('b', 4)])).toBe('2026-01-01T00:00:06Z');
  });

  it('begins anew with a service of the same name', () => {
    const times = new TriggerTimes();
    times.next(service, []);
    times.forget('default/web');
    expect(times.next({ ...service, metadata: { ...service.metadata, creationTimestamp: '2026-01-02T00:00:00Z' } }, [])).toBe('2026-01-02T00:00:00Z');
  });
});

describe('withTriggerTime', () => {
  it('sets or removes the annotation and leaves others', () => {
    expect(withTriggerTime({ a: 'b', [TRIGGER_TIME]: 'old' }, 'new')).toEqual({ a: 'b', [TRIGGER_TIME]: 'new' });
    expect(withTriggerTime({ a: 'b', [TRIGGER_TIME]: 'old' }, undefined)).toEqual({ a: 'b' });
  });
});
