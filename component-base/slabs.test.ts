import { describe, expect, it } from '@jest/globals';
import { Slabs } from './slabs.ts';

describe('slabs', () => {
  it('lay what is small side by side in one buffer, without overlap', () => {
    const slabs = new Slabs(100);
    const [a, b] = [slabs.allocate(10), slabs.allocate(20)];
    expect(b.buffer).toBe(a.buffer);
    a.fill(1);
    b.fill(2);
    expect([...a, ...b]).toEqual([...Array<number>(10).fill(1), ...Array<number>(20).fill(2)]);
  });

  it('begin a new buffer when one is full, and give what is large its own', () => {
    const slabs = new Slabs(100);
    const all = Array.from({ length: 5 }, () => slabs.allocate(25));
    expect(new Set(all.map((bytes) => bytes.buffer)).size).toBe(2);
    expect(slabs.allocate(26).buffer.byteLength).toBe(26);
  });
});
