import { describe, expect, it } from '@jest/globals';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import { ListChunks } from './list-stream.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const HEAD = encoder.encode('{"items":[');
const START = '{"kind":"A",';

/** A record of an object of so many bytes. */
function record(size: number): CachedRecord {
  return { bytes: encoder.encode(`${START}"data":"${'x'.repeat(size)}"}`), itemStart: START.length } as unknown as CachedRecord;
}

function textOf(pieces: Iterator<Uint8Array, void>): { readonly text: string; readonly sizes: readonly number[] } {
  let text = '';
  const sizes: number[] = [];
  for (let next = pieces.next(); !next.done; next = pieces.next()) {
    text += decoder.decode(next.value);
    sizes.push(next.value.length);
  }
  return { text, sizes };
}

describe('ListChunks', () => {
  const K = 1024;
  it.each([
    { name: 'no item', sizes: [], pieces: 1 },
    { name: 'what fits one piece', sizes: [10, 20], pieces: 1 },
    { name: 'what does not', sizes: Array.from({ length: 60 }, () => 10 * K), pieces: 3 },
    { name: 'an item that is larger than a piece', sizes: [10, 600 * K, 10], pieces: 3 },
    { name: 'an item that leaves no room for the end', sizes: [256 * K - HEAD.length - '{"data":""}'.length], pieces: 2 },
  ])('writes $name, in fresh buffers and in one alike', ({ sizes, pieces }) => {
    const list = new ListChunks(HEAD, sizes.map(record));
    const fresh = textOf(list[Symbol.iterator]());
    expect(textOf(list.into(new Uint8Array(256 * K)))).toEqual(fresh);
    expect(fresh.sizes.length).toBe(pieces);
    expect(fresh.text.endsWith(']}\n')).toBe(true);
    const { items } = JSON.parse(fresh.text) as { items: { data: string }[] };
    expect(items.map((item) => item.data.length)).toEqual(sizes);
  });
});
