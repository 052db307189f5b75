import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { FlowBackoff } from './flow-backoff.ts';

describe('FlowBackoff', () => {
  it('doubles the pause after each event up to the longest', () => {
    const clock = new FakeClock();
    const backoff = new FlowBackoff(10_000, 300_000, clock);
    const pauses = Array.from({ length: 7 }, () => {
      backoff.next('k', clock.now());
      clock.step(backoff.get('k'));
      return backoff.get('k') / 1000;
    });
    expect(pauses).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  it('holds back until the pause since the event has gone by', () => {
    const clock = new FakeClock();
    const backoff = new FlowBackoff(10_000, 300_000, clock);
    expect(backoff.isInBackOffSince('k', clock.now())).toBe(false);
    const endedAt = clock.now();
    backoff.next('k', endedAt);
    clock.step(9_999);
    expect([backoff.isInBackOffSince('k', endedAt), backoff.isInBackOffSinceUpdate('k'), backoff.remaining('k')]).toEqual([true, true, 1]);
    clock.step(1);
    expect([backoff.isInBackOffSince('k', endedAt), backoff.isInBackOffSinceUpdate('k'), backoff.remaining('k')]).toEqual([false, false, 0]);
  });

  it('begins anew after a long quiet time', () => {
    const clock = new FakeClock();
    const backoff = new FlowBackoff(10_000, 300_000, clock);
    backoff.next('k', clock.now());
    backoff.next('k', clock.now());
    clock.step(600_001);
    backoff.next('k', clock.now());
    expect(backoff.get('k')).toBe(10_000);
  });

  it('forgets by prefix', () => {
    const backoff = new FlowBackoff(10_000, 300_000, new FakeClock());
    backoff.next('pod1_a', 0);
    backoff.next('pod2_a', 0);
    backoff.forget('pod1_');
    expect([backoff.get('pod1_a'), backoff.get('pod2_a')]).toEqual([0, 10_000]);
  });
});
