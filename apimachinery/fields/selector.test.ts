import { describe, expect, it } from '@jest/globals';
import { parseFieldSelector } from './selector.ts';

describe('parseFieldSelector', () => {
  it('requires every term, absent fields reading as empty', () => {
    const selector = parseFieldSelector('status.phase!=Running,metadata.name=a');
    expect(selector.toString()).toBe('metadata.name=a,status.phase!=Running');
    expect(selector.matches({ 'metadata.name': 'a' })).toBe(true);
    expect(selector.matches({ 'metadata.name': 'a', 'status.phase': 'Running' })).toBe(false);
    expect(selector.requiresExactMatch('metadata.name')).toBe('a');
    expect(parseFieldSelector('x=').matches({})).toBe(true);
    expect(parseFieldSelector('').isEmpty()).toBe(true);
  });

  it('reads escaped commas and equals signs as data', () => {
    const selector = parseFieldSelector('a=x\\,y\\=z\\\\');
    expect(selector.requirements).toEqual([{ field: 'a', operator: '=', value: 'x,y=z\\' }]);
    expect(parseFieldSelector(selector.toString()).requirements).toEqual(selector.requirements);
  });

  it.each([
    ['a', "invalid selector: 'a'; can't understand 'a'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('refuses %j in upstream’s words', (text, want) => {
    expect(() => parseFieldSelector(text)).toThrow(want);
  });
});
