import { describe, expect, it } from '@jest/globals';
import { jsonPathProblem } from './json-path.ts';

describe('a JSON path', () => {
  it.each(['spec.validations[0].expression', '.a.b', "['a.b'].c", '[*]', '[1:2:3]', '..a', 'a[0,1]', '@.x', '[?(@.a=="b)")].c', '"text"', '5', '', 'a}text{b'])('may be %s', (path) => {
    expect(jsonPathProblem(`{${path}}`)).toBeUndefined();
  });

  it.each([
    ['a[', 'unterminated array'],
    ['a[x]', 'invalid array index x'],
    ['a[0,x]', 'invalid array index x'],
    ['a["b"]', 'invalid array index "b"'],
    ['....a', 'invalid multiple recursive descent'],
    ['[?(@.a==1]', 'unterminated filter'],
    ['[?(@.a==1)', 'unclosed array expect ]'],
    ['"a', 'unterminated quoted string'],
    ['5.5.5', 'cannot parse number 5.5.5'],
    ['#', "unrecognized character in action: U+0023 '#'"],
  ])('%s is none', (path, want) => {
    expect(jsonPathProblem(`{${path}}`)).toBe(want);
  });
});
