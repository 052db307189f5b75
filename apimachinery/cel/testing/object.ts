/** What the tests of expressions look at. */
import { untyped, type Given } from './evaluate.ts';

export const OBJECT: Given = untyped({
  i: 3, n: -2, s: 'héllo', t: 'abc', b: true, f: 1.5, l: [1, 2, 3], ls: ['b', 'a', 'c'], m: { a: 1, b: 2 }, nil: null, o: { x: { y: [{ z: 1 }, { z: 2 }] } },
  e: '', el: [], em: {}, q: '1.5Gi', ts: '2024-02-29T10:20:30Z', mixed: [1, 'a', null, true, 2.5], big: 'x'.repeat(300),
});
