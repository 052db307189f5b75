import { describe, expect, it } from '@jest/globals';
import { seededRand } from '../../component-base/rand.ts';
import { builtinKinds, builtinStruct, builtinTypeOf } from '../schema/builtin.ts';
import { parseApiVersion } from '../meta.ts';
import { decodeObject } from '../schema/normalise.ts';
import { randomValue } from '../schema/testing/random-value.ts';
import { encodeOnce, JsonWriter } from './json-writer.ts';
import { encodeJson } from './json.ts';

const decoder = new TextDecoder();
const writer = new JsonWriter();

function written(value: unknown): string {
  writer.begin();
  writer.value(value);
  return decoder.decode(writer.written());
}

describe('JsonWriter', () => {
  it.each([
    ['plain values', { a: 'x', b: true, c: false, d: null, e: 0, f: -1, g: 300, h: 1.5, i: 1e21, j: -0, k: [1, 'a', [], {}], l: {} }],
    ['strings with what must be escaped', { '"\\': 'a"b\\c\n\u0001\u007f', html: '<b>&\u2028\u2029', empty: '' }],
    ['strings that are no ASCII', ['é', 'ß€', '😀', '\ud800x', { 日本: '語' }]],
    ['long strings', { long: 'x'.repeat(40_000), odd: 'é"<'.repeat(30_000) }],
    ['big integers and numbers that JSON has not', [9007199254740993n, Number.NaN, Number.POSITIVE_INFINITY]],
    ['members that are not there', { a: undefined, b: [undefined, 1] }],
    ['names that JavaScript would order', { b: 1, 10: 2, 9: { 3: 1, 20: undefined, x: [] } }],
    ['names that are digits but no index', { b: 1, '007': 2, a: 3 }],
  ])('writes %s as encodeJson does', (_, value) => {
    expect(written(value)).toBe(encodeJson(value));
  });

  it('keeps __proto__ as a name', () => {
    const value: unknown = JSON.parse('{"b":{"__proto__":{"a":1}},"__proto__":"x"}');
    expect(written(value)).toBe(encodeJson(value));
  });

  it('grows with what nests deep and holds no text', () => {
    const deep = Array.from({ length: 900 }).reduce<unknown>((inner) => [inner, {}], {});
    const wide = Array.from({ length: 30_000 }, () => [{}]);
    expect(written([deep, wide])).toBe(encodeJson([deep, wide]));
  });

  it('writes objects of every kind as encodeJson does', () => {
    const rand = seededRand(11);
    for (const id of builtinKinds().filter((kind) => !/__internal|Kind=(WatchEvent|InternalEvent)$/.test(kind))) {
      const [apiVersion = '', kind = ''] = id.split(', Kind=');
      const schema = builtinStruct(builtinTypeOf({ group: '', version: '', ...parseApiVersion(apiVersion), kind }) ?? '');
      const { object } = decodeObject(schema, randomValue(schema, { rand, density: 0.5 }));
      expect([id, written(object)]).toEqual([id, encodeJson(object)]);
    }
  });

  it('starts anew and keeps little after something large', () => {
    written('x'.repeat(1 << 20));
    expect(written({ a: 1 })).toBe('{"a":1}');
    expect(writer.written().buffer.byteLength).toBeLessThan(1 << 18);
  });
});

describe('encodeOnce', () => {
  it('writes the value as it was then, wherever it stands', () => {
    const part = { b: [{ a: '"' }] };
    encodeOnce(part);
    part.b = [];
    expect(written({ x: [part, part], y: part })).toBe('{"x":[{"b":[{"a":"\\""}]},{"b":[{"a":"\\""}]}],"y":{"b":[{"a":"\\""}]}}');
  });
});
