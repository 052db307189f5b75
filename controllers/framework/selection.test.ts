import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { Expectations } from './expectations.ts';
import { isEnabled } from './selection.ts';
import { semanticEqual } from './semantic-equal.ts';
import { slowStartBatch } from './slow-start.ts';
import { computeHash } from './template-hash.ts';

describe('isEnabled', () => {
  const [on, off] = [{ name: 'job-controller', disabledByDefault: false }, { name: 'token-cleaner-controller', disabledByDefault: true }];
  it.each([
    { name: 'all by default', selectors: ['*'], want: [true, false] },
    { name: 'one more by its name', selectors: ['*', 'token-cleaner-controller'], want: [true, true] },
    { name: 'one more by its old name', selectors: ['*', 'tokencleaner'], want: [true, true] },
    { name: 'one less', selectors: ['*', '-job'], want: [false, false] },
    { name: 'only those named', selectors: ['job-controller'], want: [true, false] },
    { name: 'the first that names it', selectors: ['-job', 'job', '*'], want: [false, false] },
  ])('turns on $name', ({ selectors, want }) => {
    expect([isEnabled(on, selectors), isEnabled(off, selectors)]).toEqual(want);
  });
});

describe('Expectations', () => {
  it('are met when every creation and deletion was seen', () => {
    const expectations = new Expectations(new FakeClock());
    expectations.expectCreations('a', 2);
    expectations.expectDeletions('a', ['u']);
    expectations.creationObserved('a');
    expectations.creationObserved('a');
    expect(expectations.satisfied('a')).toBe(false);
    expectations.deletionObserved('a', 'other');
    expect(expectations.satisfied('a')).toBe(false);
    expectations.deletionObserved('a', 'u');
    expect(expectations.satisfied('a')).toBe(true);
    expect(expectations.satisfied('b')).toBe(true);
  });

  it('lapse after five minutes: an event was lost', () => {
    const clock = new FakeClock();
    const expectations = new Expectations(clock);
    expectations.expectCreations('a', 1);
    clock.step(300_001);
    expect(expectations.satisfied('a')).toBe(true);
  });
});

describe('slowStartBatch', () => {
  it('doubles its batches and stops after one that failed', async () => {
    const tried: number[] = [];
    const result = await slowStartBatch(20, (i) => {
      tried.push(i);
      return i === 4 ? Promise.reject(new Error('full')) : Promise.resolve();
    });
    expect(tried).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(result.successes).toBe(6);
    expect(result.error).toEqual(new Error('full'));
  });
});

describe('semanticEqual', () => {
  it.each([
    { name: 'absent and empty', a: { x: {} }, b: {}, want: true },
    { name: 'absent and zero', a: { n: 0, t: '', l: [], f: false }, b: { n: null }, want: true },
    { name: 'other orders of keys', a: { x: 1, y: 2 }, b: { y: 2, x: 1 }, want: true },
    { name: 'other orders of items', a: [1, 2], b: [2, 1], want: false },
    { name: 'a value and none', a: { x: 1 }, b: {}, want: false },
    { name: 'a list and a map', a: { x: [1] }, b: { x: { 0: 1 } }, want: false },
  ])('compares $name', ({ a, b, want }) => {
    expect(semanticEqual(a, b)).toBe(want);
    expect(semanticEqual(b, a)).toBe(want);
  });
});

describe('computeHash', () => {
  it('is equal for equal templates, has upstream\'s alphabet, and changes with the collision count', () => {
    expect(computeHash({ a: 1, b: { c: 2, d: 3 } }, undefined)).toBe(computeHash({ b: { d: 3, c: 2 }, a: 1 }, undefined));
    expect(computeHash({ a: 1 }, undefined)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{8,10}$/);
    expect(computeHash({ a: 1 }, 1)).not.toBe(computeHash({ a: 1 }, undefined));
  });
});
