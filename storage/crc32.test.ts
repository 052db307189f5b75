import { crc32 as zlib } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { crc32 } from './crc32.ts';

describe('crc32', () => {
  it('agrees with zlib, whole and in parts', () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7919) % 256);
    expect(crc32(bytes)).toBe(zlib(bytes));
    expect(crc32(bytes.subarray(300), crc32(bytes.subarray(0, 300)))).toBe(zlib(bytes));
    expect(crc32(new Uint8Array(0))).toBe(0);
  });
});
