import { describe, expect, it } from '@jest/globals';
import { FakeClock } from './clock.ts';
import { Turns } from './turns.ts';

/** A clock whose time passes while nobody lets the loop turn. */
class BusyClock extends FakeClock {
  busyMs = 0;
  override monotonic(): number {
    return super.monotonic() + this.busyMs;
  }
}

describe('Turns', () => {
  it('lets work go on within the time of a turn', () => {
    const clock = new BusyClock();
    const turns = new Turns(clock);
    expect(turns.pause()).toBeUndefined();
    clock.busyMs = 9;
    expect(turns.pause()).toBeUndefined();
    expect(clock.waiters).toBe(1);
  });

  it('makes all wait for the next turn when the time is used up, and gives that one its own', async () => {
    const clock = new BusyClock();
    const turns = new Turns(clock);
    void turns.pause();
    clock.busyMs = 10;
    const [one, other] = [turns.pause(), turns.pause()];
    expect(one).toBeInstanceOf(Promise);
    expect(other).toBe(one);
    clock.step(0);
    await one;
    expect(turns.pause()).toBeUndefined();
  });
});
