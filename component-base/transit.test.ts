import { describe, expect, it } from '@jest/globals';
import { Transit } from './transit.ts';

describe('Transit', () => {
  it('holds what has been set and not been deleted, in order', () => {
    const transit = new Transit<number, string>();
    for (let i = 0; i < 10_000; i++) {
      transit.set(i, `value ${i}`);
      if (i >= 3) transit.delete(i - 3);
      transit.delete(-1);
    }
    expect([...transit.values()]).toEqual(['value 9997', 'value 9998', 'value 9999']);
    expect([transit.size, transit.get(9998), transit.get(5)]).toEqual([3, 'value 9998', undefined]);
  });
});
