import { describe, expect, it } from '@jest/globals';
import { OwnValues } from './own-values.ts';

const value = (): Uint8Array => new TextEncoder().encode('value');

describe('values of own writes', () => {
  it('are the very bytes that were written, whether the answer or the event comes first', () => {
    const own = new OwnValues();
    own.watched(1);
    const [first, second] = [value(), value()];
    own.begin('/a', first);
    expect(own.of('/a', 5, value())).toBe(first);
    own.end('/a', first, 5);
    own.begin('/a', second);
    own.end('/a', second, 6);
    expect(own.of('/a', 6, value())).toBe(second);
  });

  it('are copies when somebody else wrote, or once the write is over', () => {
    const own = new OwnValues();
    own.watched(1);
    const [mine, received] = [value(), new TextEncoder().encode('other')];
    own.begin('/a', mine);
    const other = own.of('/a', 5, received);
    expect([other, other === received]).toEqual([received, false]);
    own.end('/a', mine);
    expect(own.of('/a', 6, value())).not.toBe(mine);
  });

  it('are not kept when no watch will tell them, nor without end', () => {
    const own = new OwnValues();
    const mine = value();
    own.begin('/a', mine);
    own.end('/a', mine, 5);
    own.watched(1);
    expect(own.of('/a', 5, value())).not.toBe(mine);
    const all = Array.from({ length: 300 }, value);
    for (const [i, one] of all.entries()) own.end(`/${i}`, one, 10 + i);
    expect(own.of('/0', 10, value())).not.toBe(all[0]);
    expect(own.of('/299', 309, value())).toBe(all[299]);
    own.watched(-1);
    own.watched(1);
    expect(own.of('/298', 308, value())).not.toBe(all[298]);
  });
});
