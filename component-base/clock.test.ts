import { describe, expect, it } from '@jest/globals';
import { FakeClock, rfc3339, rfc3339Micro } from './clock.ts';

describe('FakeClock', () => {
  it('fires timers in order of their time while it is stepped', () => {
    const clock = new FakeClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b@${clock.now()}`));
    clock.after(10, () => seen.push(`a@${clock.now()}`));
    clock.step(15);
    expect(seen).toEqual(['a@10']);
    clock.step(15);
    expect(seen).toEqual(['a@10', 'b@20']);
    expect(clock.now()).toBe(30);
  });

  it('repeats an interval until it is stopped', () => {
    const clock = new FakeClock(0);
    let n = 0;
    const timer = clock.every(10, () => n++);
    clock.step(35);
    expect(n).toBe(3);
    timer.stop();
    clock.step(100);
    expect(n).toBe(3);
    expect(clock.waiters).toBe(0);
  });

  it('rejects a sleep with the reason of its signal', async () => {
    const clock = new FakeClock(0);
    const stop = new AbortController();
    const sleeping = clock.sleep(1000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(sleeping).rejects.toThrow('stopped');
    expect(clock.waiters).toBe(0);
  });
});

describe('times', () => {
  it('writes Time with seconds and MicroTime with microseconds', () => {
    const ms = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
    expect(rfc3339(ms)).toBe('2026-02-03T04:05:06Z');
    expect(rfc3339Micro(ms)).toBe('2026-02-03T04:05:06.789000Z');
  });
});
