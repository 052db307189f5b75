import { describe, expect, it } from '@jest/globals';
import { decodeYaml, decodeYamlStream } from './yaml.ts';
import { encodeYaml } from './yaml-writer.ts';

describe('decodeYaml', () => {
  it.each([
    ['booleans of YAML 1.1', 'a: yes\nb: Off\nc: "yes"\nd: y', { a: true, b: false, c: 'yes', d: true }],
    ['numbers in every base', '[0x1f, 0b11, 017, 0o17, 1_000, 1e3, .5, 1., -0]', [31, 3, 15, 15, 1000, 1000, 0.5, 1, 0]],
    [
      'what is no number',
      '[1.2.3, 1e, 08x, 12:30:45, 2020-01-02, 0x, +, 09]',
      ['1.2.3', '1e', '08x', '12:30:45', '2020-01-02', '0x', '+', 9],
    ],
    ['nulls', 'a:\nb: ~\nc: null\nd: ""', { a: null, b: null, c: null, d: '' }],
    ['keys that are no texts', '1: a\ntrue: b\n1.5: c', { 1: 'a', true: 'b', 1.5: 'c' }],
    ['integers beyond 2^53', 'a: 9007199254740993\nb: 18446744073709551615', { a: 9007199254740993n, b: 18446744073709551615n }],
    ['anchors and merges', 'a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: *x', { a: { p: 1, q: 2 }, b: { p: 1, q: 3 }, c: { p: 1, q: 2 } }],
    ['block scalars', 'a: |\n  x\n   y\nb: >-\n  one\n  two\n', { a: 'x\n y\n', b: 'one two' }],
    ['only the first document', 'a: 1\n---\nb: 2', { a: 1 }],
    ['nothing at all', '# empty\n', null],
    ['JSON', '{"a": [1, "b"], "c": {"d": null}}', { a: [1, 'b'], c: { d: null } }],
    ['binary', 'a: !!binary aGk=', { a: 'hi' }],
  ])('reads %s', (_, text, want) => {
    expect(decodeYaml(text).value).toEqual(want);
  });

  it('reports duplicate keys with their lines, and the last one wins', () => {
    expect(decodeYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n')).toEqual({
      value: { a: 3, b: { c: 2 } },
      problems: ['yaml: unmarshal errors:\n  line 4: key "c" already set in map\n  line 5: key "a" already set in map'],
    });
  });

  it.each([
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['x: 1\ny: 2\na: b: c\n', 'yaml: line 3: mapping values are not allowed in this context'],
    ['a:\n  b: 1\n  c: 2\n\td: 3\n', 'yaml: line 4: found a tab character that violates indentation'],
    ['not json or yaml: [\n', 'yaml: line 1: did not find expected node content'],
    ['{"a":', 'yaml: line 1: did not find expected node content'],
    ['{a: 1,', 'yaml: line 1: did not find expected node content'],
    ['{a: 1', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: .inf', 'json: unsupported value: +Inf'],
    ['a: *x', "yaml: unknown anchor 'x' referenced"],
  ])('words the mistake in %j as upstream', (text, want) => {
    expect(() => decodeYaml(text)).toThrow(want);
  });

  it('refuses documents that blow up through aliases', () => {
    const levels = ['a0: &a0 [1,1,1,1,1,1,1,1,1]'];
    for (let i = 1; i < 9; i++) levels.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(',')}]`);
    expect(() => decodeYaml(levels.join('\n'))).toThrow('yaml: document contains excessive aliasing');
  });

  it('makes __proto__ an own property', () => {
    expect(Object.keys(decodeYaml('__proto__: {a: 1}').value as object)).toEqual(['__proto__']);
  });

  it('splits streams and forgets empty documents', () => {
    expect(decodeYamlStream('---\na: 1\n---\n# nothing\n--- \nb: |\n  x\n')).toEqual([{ a: 1 }, { b: 'x\n' }]);
  });
});

describe('encodeYaml', () => {
  it.each([
    [
      'block style with lists at the level of their key',
      { b: [1, { c: 2, d: [] }], a: { x: {} } },
      'a:\n  x: {}\nb:\n- 1\n- c: 2\n  d: []\n',
    ],
    ['lists in lists', [[1, [2]], []], '- - 1\n  - - 2\n- []\n'],
    ['keys in natural order', { key10: 1, key9: 2, Key: 3, _a: 4, 'a-b': 5, a: 6 }, '_a: 4\nKey: 3\na: 6\na-b: 5\nkey9: 2\nkey10: 1\n'],
    [
      'texts that would be something else in quotes',
      ['true', 'y', '1', '0x1', '1e3', '2020-01-02', 'null', '', '12:30', '~'],
      '- "true"\n- "y"\n- "1"\n- "0x1"\n- "1e3"\n- "2020-01-02"\n- "null"\n- ""\n- "12:30"\n- "~"\n',
    ],
    [
      'texts with marks in single quotes',
      ["it's", '- x', 'a: b', '#c', ' lead', '*x', '@a', 'a #b', 'c:'],
      "- it's\n- '- x'\n- 'a: b'\n- '#c'\n- ' lead'\n- '*x'\n- '@a'\n- 'a #b'\n- 'c:'\n",
    ],
    [
      'several lines as literals',
      { a: 'x\ny\n', b: 'x\ny', c: 'x\n\n', d: ' x\ny' },
      'a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2-\n   x\n  y\n',
    ],
    ['unprintable characters escaped', ['a\tb', '\u0001', '😀', 'é'], '- "a\\tb"\n- "\\x01"\n- "\\U0001F600"\n- é\n'],
    [
      'numbers',
      [1, -2, 0.5, 1234567.5, 1e-7, 9007199254740993n, null, true],
      '- 1\n- -2\n- 0.5\n- 1.2345675e+06\n- 1e-07\n- 9007199254740993\n- null\n- true\n',
    ],
    ['long texts folded', { a: `${'word '.repeat(20)}end` }, `a: ${'word '.repeat(15)}word\n  word word word word end\n`],
    ['long keys', { ['k'.repeat(129)]: 1 }, `? ${'k'.repeat(129)}\n: 1\n`],
  ])('writes %s', (_, value, want) => {
    expect(encodeYaml(value)).toBe(want);
    expect(decodeYaml(want).value).toEqual(value);
  });
});
