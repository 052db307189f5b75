import { describe, expect, it } from '@jest/globals';
import { wronglyTold } from './informed.ts';
import { wrongWith, type Known } from './load.ts';

const known = (name: string, counter: number, isDeleted = false): Known => ({ name, counter, isDeleted, isDoubtful: false });
const stored = (name: string, counter: number) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { counter: String(counter) } });

describe('what was acknowledged', () => {
  it('is lost when the object is gone, counts less, or is there again', () => {
    const objects = [known('a', 2), known('b', 1), known('c', 3), known('d', 1, true), known('e', 0, true)];
    expect(wrongWith(objects, [stored('a', 2), stored('b', 0), stored('d', 1)] as never)).toEqual(['b counts 0; 1 was acknowledged', 'c counts nothing: it is gone; 3 was acknowledged', 'd is there after its deletion was acknowledged']);
  });

  it('is told whole: each change once, in order, and the end', () => {
    const told = new Map([['a', { counters: [0, 1, 2], deletions: 0 }], ['b', { counters: [0, 2], deletions: 0 }], ['c', { counters: [0, 1, 1], deletions: 0 }], ['d', { counters: [0], deletions: 0 }], ['e', { counters: [0], deletions: 1 }]]);
    const objects = [known('a', 2), known('b', 2), known('c', 1), known('d', 0, true), known('e', 0, true), known('f', 0)];
    expect(wronglyTold(objects, told).map((line) => line[0])).toEqual(['b', 'c', 'd', 'f']);
  });
});
