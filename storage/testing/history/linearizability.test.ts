import { describe, expect, it } from '@jest/globals';
import { keysOutOfOrder, type Operation, type Result } from './linearizability.ts';

type Write = Operation['write'];
const at = (called: number, returned: number, write: Write, result: Result): Operation => ({ key: '/a', called, returned, result, ...(write && { write }) });
const put = (called: number, returned: number, expected: number, value: string, revision: number): Operation =>
  at(called, returned, { expected, value }, { kind: 'committed', revision });
const read = (called: number, returned: number, value?: string, revision = 0): Operation =>
  at(called, returned, undefined, value === undefined ? { kind: 'read' } : { kind: 'read', current: { revision, value } });
const lost = (called: number, expected: number, value?: string): Operation =>
  at(called, Number.POSITIVE_INFINITY, { expected, ...(value !== undefined && { value }) }, { kind: 'unknown' });

const histories: readonly { name: string; operations: readonly Operation[]; want: boolean }[] = [
  { name: 'writes and reads one after the other', operations: [put(1, 2, 0, 'x', 2), read(3, 4, 'x', 2), put(5, 6, 2, 'y', 3), read(7, 8, 'y', 3)], want: true },
  { name: 'a read that overlaps a write and sees what was before', operations: [put(1, 2, 0, 'x', 2), put(3, 8, 2, 'y', 3), read(4, 5, 'x', 2)], want: true },
  { name: 'a read after a write that does not see it', operations: [put(1, 2, 0, 'x', 2), put(3, 4, 2, 'y', 3), read(5, 6, 'x', 2)], want: false },
  { name: 'two reads that see a write and then not', operations: [put(1, 2, 0, 'x', 2), put(3, 10, 2, 'y', 3), read(4, 5, 'y', 3), read(6, 7, 'x', 2)], want: false },
  { name: 'two writers that both win', operations: [put(1, 9, 0, 'x', 2), put(2, 8, 0, 'y', 3)], want: false },
  { name: 'a revision that goes back', operations: [put(1, 2, 0, 'x', 5), at(3, 4, { expected: 5 }, { kind: 'committed', revision: 6 }), put(7, 8, 0, 'y', 4)], want: false },
  { name: 'a loser that is shown the winner', operations: [put(1, 9, 0, 'x', 2), at(2, 8, { expected: 0, value: 'y' }, { kind: 'conflict', current: { revision: 2, value: 'x' } })], want: true },
  { name: 'a loser whose expectation held', operations: [put(1, 2, 0, 'x', 2), at(3, 4, { expected: 2, value: 'y' }, { kind: 'conflict', current: { revision: 2, value: 'x' } })], want: false },
  { name: 'an unknown write that is seen later', operations: [put(1, 2, 0, 'x', 2), lost(3, 2, 'y'), read(4, 5, 'x', 2), read(6, 7, 'y', 3)], want: true },
  { name: 'an unknown write that never shows', operations: [put(1, 2, 0, 'x', 2), lost(3, 2, 'y'), put(5, 6, 2, 'z', 4), read(7, 8, 'z', 4)], want: true },
  { name: 'an unknown write that shows before its call', operations: [put(1, 2, 0, 'x', 2), read(3, 4, 'y', 3), lost(5, 2, 'y')], want: false },
  { name: 'an unknown write that comes and goes', operations: [put(1, 2, 0, 'x', 2), lost(3, 2, 'y'), read(4, 5, 'y', 3), read(6, 7, 'x', 2)], want: false },
  { name: 'an acknowledged write that is gone', operations: [put(1, 2, 0, 'x', 2), read(3, 4)], want: false },
  { name: 'an unknown deletion that happened', operations: [put(1, 2, 0, 'x', 2), lost(3, 2), read(4, 5), put(6, 7, 0, 'y', 4)], want: true },
  { name: 'a deletion of what is not there', operations: [at(1, 2, { expected: 0 }, { kind: 'committed', revision: 2 })], want: false },
];

describe('keysOutOfOrder', () => {
  for (const { name, operations, want } of histories) {
    it(`${want ? 'accepts' : 'refuses'} ${name}`, () => {
      expect(keysOutOfOrder(operations)).toEqual(want ? [] : ['/a']);
    });
  }

  it('judges each key by itself', () => {
    expect(keysOutOfOrder([put(1, 2, 0, 'x', 2), { ...read(3, 4), key: '/b' }, { ...read(5, 6, 'x', 2), key: '/c' }])).toEqual(['/c']);
  });
});
