import { describe, expect, it } from '@jest/globals';
import { complaintsIn, isConflict, normalised, onlyIn } from './klog.ts';

describe('the complaints in a log of klog', () => {
  it('takes errors and warnings, once each, and no other line', () => {
    const log = [
      'I1125 02:51:57.123456   12345 a.go:1] "fine"',
      'W1125 02:51:57.123456   12345 b.go:22] careful',
      'E1125 02:51:58.000001   12345 c.go:3] "Unhandled Error" err="x"',
      'E1125 02:52:58.000001   99 c.go:4] "Unhandled Error" err="x"',
      'goroutine 1 [running]:',
    ].join('\n');
    expect(complaintsIn(log)).toEqual(['E c.go] "Unhandled Error" err="x"', 'W b.go] careful']);
  });

  it.each([
    { name: 'times', text: 'at 2026-11-25T02:51:57.5Z and 2026-11-25 02:51:57.1 +0000 UTC', want: 'at TIME and TIME' },
    { name: "the collector's items", text: 'item &garbagecollector.node{a:b{c:d}}: pods \\"p\\" not found', want: 'item ITEM: pods \\"p\\" not found' },
    { name: 'uids', text: 'uid 0a1b2c3d-0000-4000-8000-0123456789ab', want: 'uid UID' },
    { name: 'addresses', text: 'dial 127.0.0.1:31443', want: 'dial ADDRESS' },
    { name: 'names of pods', text: '"default/web-7c9b8d6f5c-x2z4k"', want: '"default/web-HASH-RANDOM"' },
    { name: 'revisions and durations', text: 'resourceVersion 4711 after 1.5s', want: 'resourceVersion NUMBER after DURATION' },
  ])('says $name the same way in every run', ({ text, want }) => {
    expect(normalised(text)).toBe(want);
  });

  it('knows a conflict', () => {
    expect(isConflict('E a.go] Operation cannot be fulfilled on nodes "n": the object has been modified; please apply your changes to the latest version and try again')).toBe(true);
    expect(isConflict('E a.go] the object is invalid')).toBe(false);
  });

  it('finds what only one of two runs said', () => {
    expect(onlyIn(['a', 'b'], ['b', 'c'])).toEqual(['a']);
  });
});
