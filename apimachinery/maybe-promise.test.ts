import { describe, expect, it } from '@jest/globals';
import { outcomeOf, whenThere } from './maybe-promise.ts';

const text = (value: unknown): string => (value instanceof Error ? value.message : String(value));

describe('whenThere', () => {
  it('goes on at once with a value and later with a promise', async () => {
    expect(whenThere(1, (n) => n + 1)).toBe(2);
    expect(await whenThere(Promise.resolve(1), (n) => n + 1)).toBe(2);
  });
});

describe('outcomeOf', () => {
  it.each([
    { name: 'a value', work: () => 'a', want: 'done a' },
    {
      name: 'what is thrown',
      work: (): string => {
        throw new Error('b');
      },
      want: 'failed b',
    },
  ])('goes on at once with $name', ({ work, want }) => {
    expect(outcomeOf(work, (v) => `done ${v}`, (error) => `failed ${text(error)}`)).toBe(want);
  });

  it.each([
    { name: 'a promised value', work: () => Promise.resolve('a'), want: 'done a' },
    { name: 'a rejection', work: () => Promise.reject<string>(new Error('b')), want: 'failed b' },
  ])('goes on later with $name', async ({ work, want }) => {
    expect(await outcomeOf(work, (v) => `done ${v}`, (error) => `failed ${text(error)}`)).toBe(want);
  });

  it('does not take a failure of what comes next for one of the work', async () => {
    const broken = (): string => {
      throw new Error('next');
    };
    expect(() => outcomeOf(() => 'a', broken, () => 'caught')).toThrow('next');
    await expect(outcomeOf(() => Promise.resolve('a'), broken, () => 'caught')).rejects.toThrow('next');
  });
});
