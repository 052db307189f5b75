import { describe, expect, it } from '@jest/globals';
import { Backoff } from './backoff.ts';
import { FakeClock } from './clock.ts';
import { seededRand } from './rand.ts';

describe('Backoff', () => {
  it('doubles up to its maximum and starts over after a reset', () => {
    const backoff = new Backoff({ initial: 100, max: 500 }, new FakeClock(), seededRand(1));
    expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([100, 200, 400, 500, 500]);
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('starts over when it was not asked for a while', () => {
    const clock = new FakeClock();
    const backoff = new Backoff({ initial: 100, max: 5000, resetAfter: 60_000 }, clock, seededRand(1));
    backoff.next();
    backoff.next();
    clock.step(60_001);
    expect(backoff.next()).toBe(100);
  });

  it('stretches a pause by its jitter and never shortens it', () => {
    const backoff = new Backoff({ initial: 100, max: 100, jitter: 1 }, new FakeClock(), seededRand(3));
    for (let i = 0; i < 50; i++) {
      const pause = backoff.next();
      expect(pause).toBeGreaterThanOrEqual(100);
      expect(pause).toBeLessThan(200);
    }
  });
});
