import { describe, expect, it } from '@jest/globals';
import { Room } from './room.ts';

describe('Room', () => {
  it('lays records side by side, and uses its memory again once it is cleared', () => {
    const room = new Room();
    const [a, b] = [room.allocate(10).fill(1), room.allocate(20).fill(2)];
    expect([...a, ...b]).toEqual([...Array<number>(10).fill(1), ...Array<number>(20).fill(2)]);
    room.clear();
    const c = room.allocate(10);
    expect([c.buffer, c.byteOffset]).toEqual([a.buffer, a.byteOffset]);
  });

  it('gives what does not fit memory of its own, and never again what was abandoned', () => {
    const room = new Room();
    const small = room.allocate(10);
    const large = room.allocate(1 << 20);
    expect(large.length).toBe(1 << 20);
    expect(large.buffer).not.toBe(small.buffer);
    room.abandon();
    expect(room.allocate(10).buffer).not.toBe(small.buffer);
  });
});
