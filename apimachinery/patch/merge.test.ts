import { describe, expect, it } from '@jest/globals';
import { mergePatch } from './merge.ts';

describe('mergePatch', () => {
  it('merges objects, replaces everything else and removes what is null', () => {
    expect(mergePatch({ a: { b: 1, c: 2 }, l: [1, 2], s: 'x' }, { a: { b: null, d: 3 }, l: [3], s: null, n: { x: null, y: 1 } })).toEqual({
      a: { c: 2, d: 3 },
      l: [3],
      n: { y: 1 },
    });
  });

  it('keeps nulls inside a list that replaces an object, and removes them from one that replaces a list', () => {
    expect(mergePatch({ a: {} }, { a: [{ x: null }] })).toEqual({ a: [{ x: null }] });
    expect(mergePatch({ a: [] }, { a: [{ x: null }, null] })).toEqual({ a: [{}, null] });
  });

  it('changes neither operand', () => {
    const document = Object.freeze({ a: Object.freeze({ b: 1 }) });
    const patch = Object.freeze({ a: Object.freeze({ c: Object.freeze([1]) }) });
    const merged = mergePatch(document, patch) as { a: { c: number[] } };
    merged.a.c.push(2);
    expect(patch.a.c).toEqual([1]);
  });

  it('refuses a patch that is no object in upstream’s words', () => {
    expect(() => mergePatch({}, [1])).toThrow(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
    expect(() => mergePatch({}, null)).toThrow('Invalid JSON Patch');
    expect(() => mergePatch({}, 'x', false)).toThrow('Invalid JSON Patch');
    expect(mergePatch({}, [{ a: null }], false)).toEqual([{}]);
  });
});
