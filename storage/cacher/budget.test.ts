import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Budget } from './budget.ts';

describe('Budget', () => {
  it('drops the longest unused beyond its bound, and spares what was used since', () => {
    const budget = new Budget(30);
    const [a, b, c] = ['a', 'b', 'c'].map((value) => budget.keep(value, 10));
    if (a) a.wasUsed = true;
    const d = budget.keep('d', 10);
    expect([a, b, c, d].map((slot) => slot?.value)).toEqual(['a', undefined, 'c', 'd']);
    const e = budget.keep('e', 20);
    expect([a, c, d, e].map((slot) => slot?.value)).toEqual(['a', undefined, undefined, 'e']);
    expect(budget.used).toBe(30);
  });

  it('keeps the newest even when it alone exceeds the bound', () => {
    const budget = new Budget(30);
    const small = budget.keep('small', 10);
    const large = budget.keep('large', 100);
    expect([small.value, large.value, budget.used]).toEqual([undefined, 'large', 100]);
  });

  it('stays bounded over many', () => {
    const budget = new Budget(100);
    for (let i = 0; i < 10_000; i++)
      if (i % 3 === 0) budget.keep(i, 10).wasUsed = true;
      else budget.keep(i, 10);
    expect(budget.used).toBeLessThanOrEqual(100);
  });

  it('has room again for what is given back, once', () => {
    const budget = new Budget(30);
    const [a, b] = ['a', 'b'].map((value) => budget.keep(value, 10));
    if (a) budget.release(a);
    if (a) budget.release(a);
    const c = budget.keep('c', 20);
    expect([a, b, c].map((slot) => slot?.value)).toEqual([undefined, 'b', 'c']);
    expect(budget.used).toBe(30);
  });

  it('stays exact when most is given back before it is swept', () => {
    const budget = new Budget(1000);
    for (let i = 0; i <= 10_000; i++) {
      const slot = budget.keep(i, 10);
      if (i % 10 !== 0) budget.release(slot);
    }
    expect(budget.used).toBe(1000);
  });
});

describe('Budget with a clock', () => {
  const newBudget = (limit: number): { budget: Budget; pass(): void } => {
    const clock = new FakeClock();
    const budget = new Budget(limit, clock);
    const pass = (): void => {
      for (let i = 0; i < 2; i++) {
        clock.step(100);
        budget.age();
      }
    };
    return { budget, pass };
  };

  it('keeps for a moment what is not asked for again', () => {
    const { budget, pass } = newBudget(1000);
    const slot = budget.keep('a', 10);
    slot.wasUsed = true;
    expect([slot.value, budget.used]).toEqual(['a', 10]);
    pass();
    expect([slot.value, budget.used]).toEqual([undefined, 0]);
  });

  it('keeps for long what is asked for again within its reach, and what takes the place of that', () => {
    const { budget, pass } = newBudget(1000);
    const first = budget.keep('a', 10);
    pass();
    const again = budget.keep('a', 10, first);
    const next = budget.keep('b', 10);
    next.isLasting = again.isLasting;
    pass();
    expect([again.value, next.value, budget.used]).toEqual(['a', 'b', 20]);
  });

  it('keeps for a moment what is asked for again when the bound would not have held it', () => {
    const { budget, pass } = newBudget(1000);
    const first = budget.keep('a', 10);
    for (let i = 0; i < 100; i++) budget.keep(i, 10);
    pass();
    const again = budget.keep('a', 10, first);
    pass();
    expect([again.value, budget.used]).toEqual([undefined, 0]);
  });

  it('stays exact when moments end beyond its bound', () => {
    const { budget, pass } = newBudget(100);
    for (let i = 0; i < 10_000; i++) {
      budget.keep(i, 10).wasUsed = i % 3 === 0;
      if (i % 7 === 0) pass();
    }
    expect(budget.used).toBeLessThanOrEqual(100);
    pass();
    pass();
    expect(budget.used).toBe(0);
  });
});
