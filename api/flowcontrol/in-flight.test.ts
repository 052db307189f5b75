import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { InFlight } from './in-flight.ts';

function gate(): { promise: Promise<string>; open: (value: string) => void } {
  let open: (value: string) => void = () => undefined;
  const promise = new Promise<string>((resolve) => (open = resolve));
  return { promise, open };
}

describe('InFlight', () => {
  it('lets the next in line run when a place is free', async () => {
    const limit = new InFlight({ limit: 1, queueLimit: 5, queueMs: 1000 }, new FakeClock());
    const first = gate();
    const running = limit.run(() => first.promise);
    const waiting = limit.run(() => Promise.resolve('second'));
    expect([limit.running, limit.waiting]).toEqual([1, 1]);
    first.open('first');
    expect(await running).toBe('first');
    expect(await waiting).toBe('second');
    expect([limit.running, limit.waiting]).toEqual([0, 0]);
  });

  it('refuses at once when the line is full', async () => {
    const limit = new InFlight({ limit: 1, queueLimit: 0, queueMs: 1000 }, new FakeClock());
    const first = gate();
    const running = limit.run(() => first.promise);
    await expect(limit.run(() => Promise.resolve(''))).rejects.toMatchObject({ code: 429, message: 'too many requests, please try again later.' });
    first.open('done');
    await running;
  });

  it('refuses who waited too long, and gives the place on afterwards', async () => {
    const clock = new FakeClock();
    const limit = new InFlight({ limit: 1, queueLimit: 5, queueMs: 1000 }, clock);
    const first = gate();
    const running = limit.run(() => first.promise);
    const late = limit.run(() => Promise.resolve('never'));
    const refused = expect(late).rejects.toMatchObject({ code: 429 });
    clock.step(1000);
    await refused;
    first.open('done');
    await running;
    expect(await limit.run(() => Promise.resolve('free'))).toBe('free');
  });

  it('frees the place of work that failed', async () => {
    const limit = new InFlight({ limit: 1, queueLimit: 0, queueMs: 1 }, new FakeClock());
    await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(limit.running).toBe(0);
  });
});
