import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Pace } from './pace.ts';

describe('Pace', () => {
  it('lets a burst through, then twenty a second, and knows nothing of other keys', () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    for (let i = 0; i < 100; i++) expect(pace.wait('a/x')).toBe(0);
    expect(pace.wait('a/x')).toBe(50);
    expect(pace.wait('a/y')).toBe(0);
    clock.step(49);
    expect(pace.wait('a/x')).toBe(1);
    clock.step(1);
    expect(pace.wait('a/x')).toBe(0);
    expect(pace.wait('a/x')).toBe(50);
  });

  it('gives the burst back with time', () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    for (let i = 0; i < 100; i++) pace.wait('k');
    clock.step(5000);
    for (let i = 0; i < 100; i++) expect(pace.wait('k')).toBe(0);
    expect(pace.wait('k')).toBeGreaterThan(0);
  });
});
