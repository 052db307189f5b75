import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../component-base/rand.ts';
import { compareKeys, prefixEnd } from './keys.ts';
import { SortedMap } from './sorted-map.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('compareKeys', () => {
  it('orders like UTF-8 bytes, beyond the basic plane, too', () => {
    const keys = ['/a', '/a/b', '/a-b', '/é', '/\ud7ff', '/\ue000', '/\uffff', '/\u{10000}', '/😀', '/'];
    const byBytes = [...keys].sort((a, b) => Buffer.compare(bytes(a), bytes(b)));
    expect([...keys].sort(compareKeys)).toEqual(byBytes);
  });
});

describe('prefixEnd', () => {
  it('is the first text after all with the prefix', () => {
    const prefix = Buffer.from('/a/');
    expect(prefixEnd(prefix)).toEqual(bytes('/a0'));
    expect(prefix.toString()).toBe('/a/');
    expect(prefixEnd(new Uint8Array([1, 0xff]))).toEqual(new Uint8Array([2]));
    expect(prefixEnd(new Uint8Array([0xff]))).toBeUndefined();
  });
});

describe('SortedMap', () => {
  it('agrees with a plain map under random changes, and clones stand still', () => {
    const rand = seededRand(7);
    const map = new SortedMap<number>();
    const model = new Map<string, number>();
    const clones: (readonly [SortedMap<number>, string])[] = [];
    const text = (m: SortedMap<number>): string => JSON.stringify([...m.entries()]);
    for (let i = 0; i < 5000; i++) {
      const key = `/${rand.int(3)}/${rand.int(900)}`;
      if (rand.int(3) === 0) {
        expect(map.delete(key)).toBe(model.get(key));
        model.delete(key);
      } else {
        expect(map.set(key, i)).toBe(model.get(key));
        model.set(key, i);
      }
      if (i % 1000 === 0) {
        const clone = map.clone();
        clones.push([clone, text(clone)]);
      }
    }
    expect([...map.entries()]).toEqual([...model].sort(([a], [b]) => compareKeys(a, b)));
    expect(map.size).toBe(model.size);
    for (const [clone, want] of clones) expect(text(clone)).toBe(want);
    for (const key of model.keys()) expect(map.get(key)).toBe(model.get(key));
  });

  it('finds and counts by prefix, after a key', () => {
    const map = new SortedMap<number>();
    for (let i = 0; i < 1000; i++) map.set(`/b/${String(i).padStart(4, '0')}`, i);
    map.set('/a/x', -1);
    map.set('/c/x', -2);
    const keys = (prefix?: string, after?: string): string[] => [...map.entries(prefix, after)].map(([key]) => key);
    expect(keys('/b/')).toHaveLength(1000);
    expect(keys('/b/', '/b/0997')).toEqual(['/b/0998', '/b/0999']);
    expect(keys('/b/', '/a')).toHaveLength(1000);
    expect(keys('/b/', '/c')).toEqual([]);
    expect(keys('/d')).toEqual([]);
    for (const [prefix, after] of [
      [undefined, undefined],
      ['/b/', undefined],
      ['/b/', '/b/0997'],
      ['/b/', '/a'],
      ['/b/', '/c'],
      ['/d', undefined],
    ] as const) {
      expect(map.count(prefix, after)).toBe(keys(prefix, after).length);
      const visited: number[] = [];
      map.visit(prefix ?? '', after, (value) => visited.push(value) < 700);
      expect(visited).toEqual([...map.entries(prefix, after)].slice(0, 700).map(([, value]) => value));
    }
  });

  it('tells in what it differs from another, in order', () => {
    const rand = seededRand(5);
    const map = new SortedMap<number>();
    for (let i = 0; i < 2000; i++) map.set(`/k/${rand.int(3000)}`, i);
    for (const changes of [0, 1, 50, 3000]) {
      const other = map.clone();
      for (let i = 0; i < changes; i++) {
        const key = `/k/${rand.int(4000)}`;
        if (rand.int(3) === 0) other.delete(key);
        else other.set(key, -i - 1);
      }
      const keys = new Set([...map.entries(), ...other.entries()].map(([key]) => key));
      const want = [...keys].filter((key) => map.get(key) !== other.get(key)).sort(compareKeys);
      expect([...map.differences(other)]).toEqual(want.map((key) => ({ key, ...there('mine', map.get(key)), ...there('theirs', other.get(key)) })));
    }
  });
});

const there = (name: string, value: number | undefined): Record<string, number> => (value === undefined ? {} : { [name]: value });
