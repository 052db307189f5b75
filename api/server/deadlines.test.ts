import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Deadline, Deadlines } from './deadlines.ts';

class Noted extends Deadline {
  readonly #expired: string[];
  readonly #name: string;

  constructor(name: string, expired: string[]) {
    super();
    this.#name = name;
    this.#expired = expired;
  }

  expire(): void {
    this.#expired.push(this.#name);
  }
}

describe('deadlines', () => {
  it('pass in time, whatever their length, one timer for all of a length', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const expired: string[] = [];
    deadlines.add(new Noted('a', expired), 1000);
    clock.step(300);
    deadlines.add(new Noted('b', expired), 1000);
    deadlines.add(new Noted('short', expired), 100);
    expect(clock.waiters).toBe(2);
    clock.step(100);
    expect(expired).toEqual(['short']);
    clock.step(599);
    expect(expired).toEqual(['short']);
    clock.step(1);
    expect(expired).toEqual(['short', 'a']);
    clock.step(300);
    expect(expired).toEqual(['short', 'a', 'b']);
    expect(clock.waiters).toBe(0);
  });

  it('do not pass once they are removed, from wherever they stand', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    const expired: string[] = [];
    const [first, second, third, fourth] = ['1', '2', '3', '4'].map((name) => new Noted(name, expired));
    for (const one of [first, second, third, fourth]) if (one) deadlines.add(one, 1000);
    for (const one of [second, first, fourth, second]) if (one) deadlines.remove(one);
    clock.step(500);
    const late = new Noted('late', expired);
    deadlines.add(late, 1000);
    clock.step(500);
    expect(expired).toEqual(['3']);
    deadlines.remove(late);
    clock.step(1000);
    expect(expired).toEqual(['3']);
    expect(clock.waiters).toBe(0);
  });
});
