import { describe, expect, it } from '@jest/globals';
import { compareBytes, decodeJson, encodeJson, encodeJsonPretty, JsonSyntaxError } from './json.ts';

const utf8 = new TextEncoder();
const decode = (text: string): unknown => decodeJson(utf8.encode(text)).value;

describe('decodeJson', () => {
  it('reads plain documents', () => {
    expect(decode(' {"a":[1,-2,0.5,true,null,"x\\n\\u00e9"],"b":{}} ')).toEqual({ a: [1, -2, 0.5, true, null, 'x\né'], b: {} });
  });

  it('keeps integers beyond 2^53 as bigint, and reads what int64 cannot hold as a float', () => {
    expect(decode('[9007199254740991,9007199254740993,-9223372036854775808,9223372036854775808]')).toEqual([
      9007199254740991,
      9007199254740993n,
      -9223372036854775808n,
      9223372036854775808,
    ]);
  });

  it('notes numbers whose text says more than their value', () => {
    const { value, notes } = decodeJson(utf8.encode('{"a":1.0,"b":[1e3],"c":0.5}'));
    const object = value as { b: object };
    expect(value).toEqual({ a: 1, b: [1000], c: 0.5 });
    expect(notes?.numbers.get(object)?.get('a')).toBe('1.0');
    expect(notes?.numbers.get(object.b)?.get(0)).toBe('1e3');
    expect(notes?.numbers.get(object)?.has('c')).toBe(false);
  });

  it('reports each duplicate member once, and the last one wins', () => {
    const { value, problems } = decodeJson(utf8.encode('{"spec":{"replicas":1,"replicas":2,"replicas":3},"l":[{"x":1,"x":1}]}'));
    expect(value).toEqual({ spec: { replicas: 3 }, l: [{ x: 1 }] });
    expect(problems).toEqual(['duplicate field "spec.replicas"', 'duplicate field "l[0].x"']);
  });

  it('is not confused by colons, braces, quotes and digits inside strings', () => {
    const text = '{"a:b{":"\\"c\\":{[1234567890123456789","k":"\\\\"}';
    expect(decodeJson(utf8.encode(text))).toEqual({ value: { 'a:b{': '"c":{[1234567890123456789', k: '\\' }, problems: [] });
  });

  it('makes __proto__ an own property', () => {
    for (const text of ['{"__proto__":{"polluted":1}}', '{"__proto__":{"polluted":1},"x":1,"x":2}']) {
      const value = decode(text) as Record<string, unknown>;
      expect(Object.hasOwn(value, '__proto__')).toBe(true);
      expect(value['polluted']).toBeUndefined();
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('replaces each byte that is no UTF-8, and lone surrogates', () => {
    expect(decodeJson(Uint8Array.of(0x22, 0xff, 0xe2, 0x82, 0x61, 0x22)).value).toBe('\ufffd\ufffd\ufffda');
    expect(decode('"\\ud800x\\ud83d\\ude00\\udc00"')).toBe('\ufffdx😀\ufffd');
  });

  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a":', 'unexpected end of JSON input'],
    ['hello', "invalid character 'h' looking for beginning of value"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b":2}', `invalid character '"' after object key:value pair`],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['nope', "invalid character 'o' in literal null (expecting 'u')"],
    ['nul', "invalid character ' ' in literal null (expecting 'l')"],
    ['{"a":tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['{} {}', "invalid character '{' after top-level value"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ['01', "invalid character '1' after top-level value"],
    ['-', 'unexpected end of JSON input'],
    ['-a', "invalid character 'a' in numeric literal"],
    ['1.x', "invalid character 'x' after decimal point in numeric literal"],
    ['1e+', 'unexpected end of JSON input'],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
  ])('words the mistake in %j as upstream', (text, want) => {
    expect(() => decode(text)).toThrow(new JsonSyntaxError(want));
  });

  it('refuses documents that nest too deep', () => {
    expect(decode('['.repeat(1_000) + ']'.repeat(1_000))).toBeDefined();
    expect(() => decode('['.repeat(1_001) + ']'.repeat(1_001))).toThrow("invalid character '[' exceeded max depth");
    expect(() => decode('{"a":'.repeat(2_000_000))).toThrow("invalid character '{' exceeded max depth");
  });
});

describe('encodeJson', () => {
  it('escapes what could end a script in a page, as Go does', () => {
    expect(encodeJson({ a: '<b>&\u2028\u2029"\\\n\u0001' })).toBe('{"a":"\\u003cb\\u003e\\u0026\\u2028\\u2029\\"\\\\\\n\\u0001"}');
  });

  it('writes bigint as a number and leaves undefined members out', () => {
    expect(encodeJson({ a: 9007199254740993n, b: undefined, c: [1n] })).toBe('{"a":9007199254740993,"c":[1]}');
  });

  it('orders integer-like keys by bytes, which JavaScript would order by value', () => {
    expect(encodeJson({ b: 1, 9: 2, 10: 3 })).toBe('{"10":3,"9":2,"b":1}');
  });

  it('writes over several lines like json.MarshalIndent', () => {
    expect(encodeJsonPretty({ a: { b: [1, { c: '<' }], d: {}, e: [] } })).toBe(
      '{\n  "a": {\n    "b": [\n      1,\n      {\n        "c": "\\u003c"\n      }\n    ],\n    "d": {},\n    "e": []\n  }\n}',
    );
  });

  it('orders surrogate pairs after all other characters', () => {
    expect(['\u{1f600}', '\uffee', 'b', 'a', 'ab'].sort(compareBytes)).toEqual(['a', 'ab', 'b', '\uffee', '\u{1f600}']);
  });
});
