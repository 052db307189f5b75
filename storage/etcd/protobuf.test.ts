import { describe, expect, it } from '@jest/globals';
import { DeleteRequest, isPreviousLost, PutRequest, readWatchResponse } from './messages.ts';
import { answersProgress } from './progress.ts';
import { bytes, int, message, Reader } from './protobuf.ts';

describe('protobuf', () => {
  it('reads the numbers that it writes, and leaves out zero', () => {
    for (const value of [1, 127, 128, 300, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]) {
      const reader = new Reader(int(3, value));
      expect([reader.next(), reader.field, reader.int, reader.bigint, reader.next()]).toEqual([true, 3, value, BigInt(value), false]);
    }
    const lease = 7587848943239472601n;
    const reader = new Reader(int(2, lease));
    expect([reader.next(), reader.bigint]).toEqual([true, lease]);
    expect(int(1, 0)).toHaveLength(0);
  });

  it('skips what it does not know, and refuses what is cut short', () => {
    const fixed = Buffer.from([(9 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8, (10 << 3) | 5, 1, 2, 3, 4]);
    const encoded = Buffer.concat([fixed, bytes(2, Buffer.from('text')), message(3, int(1, 5))]);
    const seen: string[] = [];
    for (const reader = new Reader(encoded); reader.next();) seen.push(`${reader.field} ${reader.field === 2 ? reader.text : ''}`.trim());
    expect(seen).toEqual(['9', '10', '2 text', '3']);
    const cut = new Reader(encoded.subarray(0, -1));
    expect(() => {
      while (cut.next());
    }).toThrow('ends in the middle');
    expect(() => new Reader(Buffer.from([(1 << 3) | 3])).next()).toThrow('wire type 3');
  });
});

describe('changes', () => {
  it.each([0, 1, 127, 128, 2 ** 31, 2 ** 53 - 1])('are written as the fields that they are, in as many bytes as they say: revision %d', (expected) => {
    for (const [keyLength, length] of [[1, 0], [127, 127], [128, 16_384], [300, 2_100_000]] as const) {
      const [key, value, lease] = ['k'.repeat(keyLength), Buffer.alloc(length, 'v'), 7587848943239472601n];
      const k = Buffer.from(key);
      const frame = (change: Buffer): Buffer => Buffer.concat([message(1, int(2, 2), bytes(3, k), int(6, expected)), message(2, change), message(3, message(1, bytes(1, k)))]);
      const put = new PutRequest(key, value, expected, lease);
      const remove = new DeleteRequest(key, expected);
      for (const [request, wanted] of [[put, frame(message(2, bytes(1, k), bytes(2, value), int(3, lease)))], [remove, frame(message(3, bytes(1, k)))]] as const) {
        const written = Buffer.alloc(request.size + 2, 0xaa);
        request.write(written, 1);
        expect(written.equals(Buffer.concat([Buffer.from([0xaa]), wanted, Buffer.from([0xaa])]))).toBe(true);
      }
    }
  });
});

describe('watch responses', () => {
  const kv = (create: number, mod: number): Buffer[] => [
    bytes(1, Buffer.from('/a')),
    int(2, create),
    int(3, mod),
    bytes(5, Buffer.from('v')),
  ];

  it('tell a new key from one whose previous value is compacted', () => {
    const created = message(11, message(2, ...kv(7, 7)));
    const updated = message(11, message(2, ...kv(3, 8)));
    const deleted = message(11, int(1, 1), message(2, bytes(1, Buffer.from('/a')), int(3, 9)), message(3, ...kv(3, 8)));
    const { events } = readWatchResponse(Buffer.concat([created, updated, deleted]));
    expect(events.map((event) => [event.revision, isPreviousLost(event), event.previous?.revision, event.value !== undefined])).toEqual([
      [7, false, undefined, true],
      [8, true, undefined, true],
      [9, false, 8, false],
    ]);
  });
});

describe('answersProgress', () => {
  it.each([
    ['3.4.23', false],
    ['3.4.31', true],
    ['3.5.0', false],
    ['3.5.12', false],
    ['3.5.13', true],
    ['3.6.0-rc.1', true],
    ['3.6.16', true],
    ['4.0.0', true],
  ])('%s: %s', (version, want) => {
    expect(answersProgress(version)).toBe(want);
  });
});
