import { describe, expect, it } from '@jest/globals';
import { Heap } from './heap.ts';
import { seededRand } from './rand.ts';

interface Item {
  key: string;
  at: number;
}
const newHeap = (): Heap<Item> => new Heap<Item>((i) => i.key, (a, b) => a.at < b.at);

describe('Heap', () => {
  it('gives items in order whatever was replaced or deleted', () => {
    const rand = seededRand(7);
    const heap = newHeap();
    const want = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      const key = `k${rand.int(300)}`;
      if (rand.int(4) === 0) {
        heap.delete(key);
        want.delete(key);
      } else {
        const at = rand.int(1000);
        heap.set({ key, at });
        want.set(key, at);
      }
    }
    const got: number[] = [];
    for (let item = heap.pop(); item; item = heap.pop()) {
      expect(want.get(item.key)).toBe(item.at);
      got.push(item.at);
    }
    expect(got).toEqual([...want.values()].sort((a, b) => a - b));
  });

  it('peeks without taking', () => {
    const heap = newHeap();
    heap.set({ key: 'a', at: 2 });
    heap.set({ key: 'b', at: 1 });
    expect(heap.peek()?.key).toBe('b');
    expect(heap.size).toBe(2);
    expect(heap.delete('b')?.at).toBe(1);
    expect(heap.peek()?.key).toBe('a');
    expect(heap.has('b')).toBe(false);
  });
});
