import { describe, expect, it } from '@jest/globals';
import { FieldSet } from './field-set.ts';
import { fieldSetOf, fieldsV1Of } from './fields-v1.ts';
import { canonicalElement, compareElements, pathText } from './path-element.ts';

/** The same sequence every time. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5;
    return ((state ^ (state >>> 13)) >>> 0) % sides;
  };
}

const ELEMENTS = ['f:a', 'f:b', 'k:{"name":"x"}', 'v:1', 'i:0'];

function randomSet(roll: (sides: number) => number): FieldSet {
  const paths = Array.from({ length: roll(12) }, () =>
    Array.from({ length: 1 + roll(3) }, () => ELEMENTS[roll(ELEMENTS.length)] as string),
  );
  return FieldSet.of(...paths);
}

describe('FieldSet', () => {
  it('obeys the laws of sets', () => {
    const roll = dice(7);
    for (let i = 0; i < 300; i++) {
      const [a, b, c] = [randomSet(roll), randomSet(roll), randomSet(roll)];
      expect(a.union(b).equals(b.union(a))).toBe(true);
      expect(
        a
          .union(b)
          .union(c)
          .equals(a.union(b.union(c))),
      ).toBe(true);
      expect(a.intersection(b).equals(b.intersection(a))).toBe(true);
      expect(a.difference(b).union(a.intersection(b)).equals(a)).toBe(true);
      expect(a.difference(b).intersection(b).isEmpty).toBe(true);
      expect(a.union(b).difference(b).equals(a.difference(b))).toBe(true);
      expect(a.recursiveDifference(b).difference(a).isEmpty).toBe(true);
      expect(a.recursiveDifference(b).intersection(b).isEmpty).toBe(true);
      expect(FieldSet.of(...a.paths()).equals(a)).toBe(true);
    }
  });

  it('survives FieldsV1', () => {
    const roll = dice(11);
    for (let i = 0; i < 100; i++) {
      const set = randomSet(roll);
      expect(fieldSetOf(JSON.parse(JSON.stringify(fieldsV1Of(set)))).equals(set)).toBe(true);
    }
  });

  it('leaves a parent when its children go, and takes the children of a parent only recursively', () => {
    const set = FieldSet.of(['f:a'], ['f:a', 'f:b']);
    expect(set.difference(FieldSet.of(['f:a', 'f:b'])).paths()).toEqual([['f:a']]);
    expect(set.difference(FieldSet.of(['f:a'])).paths()).toEqual([['f:a', 'f:b']]);
    expect(set.recursiveDifference(FieldSet.of(['f:a'])).isEmpty).toBe(true);
  });

  it('returns an operand where nothing changes', () => {
    const set = FieldSet.of(['f:a', 'f:b']);
    expect(set.union(FieldSet.of(['f:a', 'f:b']))).toBe(set);
    expect(set.difference(FieldSet.of(['f:c']))).toBe(set);
  });
});

describe('FieldsV1', () => {
  it('writes members beside children as "." and sorts as upstream', () => {
    const set = FieldSet.of(['f:b'], ['f:a', 'k:{"port":443}'], ['f:a', 'k:{"port":80}'], ['f:a', 'v:"x"'], ['f:a', 'f:z'], ['f:a']);
    expect(JSON.stringify(fieldsV1Of(set))).toBe(
      '{"f:a":{".":{},"f:z":{},"k:{\\"port\\":80}":{},"k:{\\"port\\":443}":{},"v:\\"x\\"":{}},"f:b":{}}',
    );
  });

  it('ignores kinds of elements that it does not know and refuses malformed ones', () => {
    expect(fieldSetOf({ 'x:y': {}, 'f:a': {} }).paths()).toEqual([['f:a']]);
    expect(() => fieldSetOf({ a: {} })).toThrow('key must be 2 characters long:');
    expect(() => fieldSetOf({ 'v:{': {} })).toThrow('invalid path element');
    expect(() => fieldSetOf({ 'f:a': 5 })).toThrow('must be an object');
  });
});

describe('path elements', () => {
  it('have one text each', () => {
    expect(canonicalElement('k:{"protocol":"TCP", "port":80}')).toBe('k:{"port":80,"protocol":"TCP"}');
    expect(canonicalElement('v:"a<b"')).toBe('v:"a\\u003cb"');
    expect(canonicalElement('i:+07')).toBe('i:7');
  });

  it('are ordered and printed as upstream does', () => {
    const sorted = ['i:0', 'v:true', 'v:"a"', 'v:10', 'v:9', 'k:{"a":1}', 'f:b', 'f:a'].sort(compareElements);
    expect(sorted).toEqual(['f:a', 'f:b', 'k:{"a":1}', 'v:9', 'v:10', 'v:"a"', 'v:true', 'i:0']);
    expect(pathText(['f:spec', 'k:{"name":"x","port":80}', 'v:"y"', 'i:3'])).toBe('.spec[name="x",port=80][="y"][3]');
  });
});
