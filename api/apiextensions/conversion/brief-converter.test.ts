import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../../component-base/clock.ts';
import type { Converter } from '../../../registry/generic/definition.ts';
import { pairOf } from './brief-converter.ts';

const never = new AbortController().signal;

function newPair(): { readonly clock: FakeClock; readonly asked: () => number; fail(fails: boolean): void; patient(): Promise<unknown>; brief(): Promise<unknown> } {
  const clock = new FakeClock();
  let asked = 0;
  let isFailing = true;
  const pair = pairOf((objects) => objects, (objects) => (asked++, isFailing ? Promise.reject(new Error('no')) : objects), clock);
  const run = async (convert: Converter): Promise<unknown> => convert([], { group: 'g', version: 'v2' }, never);
  return { clock, asked: () => asked, fail: (fails) => void (isFailing = fails), patient: () => run(pair.convert), brief: () => run(pair.convertBriefly) };
}

describe('a brief converter', () => {
  it('is not asked again for half a minute after a failure', async () => {
    const pair = newPair();
    await expect(pair.brief()).rejects.toThrow('no');
    pair.fail(false);
    await expect(pair.brief()).rejects.toMatchObject({ code: 500 });
    expect(pair.asked()).toBe(1);
    pair.clock.step(30_000);
    await expect(pair.brief()).resolves.toEqual([]);
    await expect(pair.brief()).resolves.toEqual([]);
    expect(pair.asked()).toBe(3);
  });

  it('is asked again once the patient one has had success', async () => {
    const pair = newPair();
    await expect(pair.brief()).rejects.toThrow('no');
    pair.fail(false);
    await pair.patient();
    await expect(pair.brief()).resolves.toEqual([]);
  });
});
