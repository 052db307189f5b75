import { describe, expect, it } from '@jest/globals';
import { problemOfWatch, Truth, type Content, type Session, type Told } from './watch-model.ts';

const object = (data: string, app = 'x'): Content => ({ namespace: 'a', name: 'p', labels: { app }, node: 'n1', data });
const truth = new Truth();
truth.add([
  { key: '/p', revision: 2, after: object('1') },
  { key: '/p', revision: 3, before: object('1'), after: object('2') },
  { key: '/p', revision: 4, before: object('2'), after: object('3', 'y') },
  { key: '/q', revision: 5, after: { ...object('q'), name: 'q' } },
]);

const told = (type: 'ADDED' | 'MODIFIED' | 'DELETED', key: string, revision: number, data: string): Told => ({ type, key, revision, data });
const bookmark = (revision: number, initialEventsEnd = false): Told => ({ type: 'BOOKMARK', revision, initialEventsEnd });
const [one, two, three, q] = [told('ADDED', '/p', 2, '1'), told('MODIFIED', '/p', 3, '2'), told('DELETED', '/p', 4, '2'), told('ADDED', '/q', 5, 'q')];

const watches: readonly { name: string; sessions: readonly Session[]; want: RegExp | undefined }[] = [
  { name: 'everything in order', sessions: [{ from: 1, told: [one, two, three, q] }], want: undefined },
  { name: 'a resumption', sessions: [{ from: 1, told: [one, two] }, { from: 3, told: [three, q] }], want: undefined },
  { name: 'a resumption at a bookmark', sessions: [{ from: 1, told: [one, two, three, bookmark(4)] }, { from: 4, told: [q] }], want: undefined },
  { name: 'a state, then changes', sessions: [{ from: 'state', told: [told('ADDED', '/p', 3, '2'), bookmark(3, true), three, q] }], want: undefined },
  { name: 'a gap', sessions: [{ from: 1, told: [one, three, q] }], want: /instead of MODIFIED/ },
  { name: 'a gap at the end', sessions: [{ from: 1, told: [one, two, three] }], want: /never told ADDED \/q@5/ },
  { name: 'a repetition', sessions: [{ from: 1, told: [one, one, two] }], want: /told ADDED \/p@2 1 instead of MODIFIED/ },
  { name: 'a repetition after a resumption', sessions: [{ from: 1, told: [one, two] }, { from: 3, told: [two] }], want: /session 1/ },
  { name: 'what is out of order', sessions: [{ from: 1, told: [two, one] }], want: /instead of ADDED/ },
  { name: 'a bookmark that is ahead', sessions: [{ from: 1, told: [one, bookmark(3), two] }], want: /the bookmark at 3 comes before/ },
  { name: 'a bookmark that goes back', sessions: [{ from: 1, told: [one, two, bookmark(2)] }], want: /goes back from 3 to 2/ },
  { name: 'a selector that is passed over', sessions: [{ from: 1, told: [one, two, told('MODIFIED', '/p', 4, '3')] }], want: /instead of DELETED/ },
  { name: 'a state that lacks an object', sessions: [{ from: 'state', told: [bookmark(3, true)] }], want: /the state at 3/ },
  { name: 'the content of another revision', sessions: [{ from: 1, told: [told('ADDED', '/p', 2, '2')] }], want: /instead of ADDED \/p@2 1/ },
];

describe('problemOfWatch', () => {
  for (const { name, sessions, want } of watches) {
    it(`${want ? 'refuses' : 'accepts'} ${name}`, () => {
      const problem = problemOfWatch(truth, { app: 'x' }, sessions, 5);
      if (want) expect(problem).toMatch(want);
      else expect(problem).toBeUndefined();
    });
  }
});
