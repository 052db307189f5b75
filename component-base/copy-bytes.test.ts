import { describe, expect, it } from '@jest/globals';
import { copyBytes } from './copy-bytes.ts';

const shared = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

describe('copyBytes', () => {
  it('puts bytes where they belong and nothing elsewhere, from and to memory of both kinds', () => {
    for (const [from, to] of [[new Uint8Array(5), new Uint8Array(9)], [shared(5), new Uint8Array(9)], [new Uint8Array(5), shared(9)], [shared(5), shared(9)]] as const) {
      from.set([1, 2, 3, 4, 5]);
      copyBytes(from.subarray(1, 4), to, 3);
      expect([...to]).toEqual([0, 0, 0, 2, 3, 4, 0, 0, 0]);
    }
  });

  it('takes nothing for nothing, and refuses what has no room', () => {
    const to = new Uint8Array(3);
    copyBytes(new Uint8Array(0), to, 3);
    expect([...to]).toEqual([0, 0, 0]);
    expect(() => copyBytes(new Uint8Array([1, 2]), to, 2)).toThrow('out of range');
  });
});
