import { describe, expect, it } from '@jest/globals';
import { compile } from './compile.ts';
import { DYN, INT, mapOf, named, objectType, STRING, typeString } from './types.ts';

const variables = new Map([
  ['object', DYN],
  ['m', mapOf(STRING, INT)],
  ['o', objectType('test.Object', { name: STRING, when: named('timestamp') })],
  ['authorizer', named('kubernetes.authorization.Authorizer')],
]);
const typeOf = (source: string): string => {
  const { type, error } = compile(source, { variables });
  return error ?? typeString(type);
};

describe('the type of an expression', () => {
  it.each([
    ['1 + 2 * 3', 'int'],
    ['-1.5', 'double'],
    ['1u', 'uint'],
    ['0xff == 255', 'bool'],
    ['"a" + \'b\' + r"\\d" + """c\n"d\\""""', 'string'],
    ['b"abc"', 'bytes'],
    ['null', 'null_type'],
    ['object', 'dyn'],
    ['object.a.b[0].c', 'dyn'],
    ['object.a == 1 && !has(object.b)', 'bool'],
    ['"x" in m && m["x"] > 1.5', 'bool'],
    ['m.x', 'int'],
    ['m.?x.orValue(3)', 'int'],
    ['m[?"x"]', 'optional_type(int)'],
    ['[?optional.of(1), 2]', 'list(int)'],
    ['{?"a": optional.none(), "b": 1}', 'map(string, int)'],
    ['optional.of(1).optMap(x, string(x))', 'optional_type(string)'],
    ['[1, 2].all(x, x > 0)', 'bool'],
    ['[1, 2].exists_one(x, x == 1)', 'bool'],
    ['[1, 2].map(x, string(x))', 'list(string)'],
    ['[1, 2].map(x, x > 1, x + 1)', 'list(int)'],
    ['m.filter(k, k.startsWith("a"))', 'list(string)'],
    ['m.all(k, v, k != "" && v > 0)', 'bool'],
    ['[3, 1].transformList(i, v, i + v)', 'list(int)'],
    ['m.transformMap(k, v, v > 0, string(v))', 'map(string, string)'],
    ['[{"n": 2}, {"n": 1}].sortBy(e, e.n)', 'list(map(string, int))'],
    ['[]', 'list(dyn)'],
    ['[1, 2] + []', 'list(int)'],
    ['true ? 1 : 2', 'int'],
    ['object.x ? [1] : []', 'list(int)'],
    ['size("abc") + m.size()', 'int'],
    ['duration("1h30m") < duration("2h")', 'bool'],
    ['o.when - timestamp("2024-01-02T03:04:05Z")', 'google.protobuf.Duration'],
    ['o.when.getFullYear("UTC")', 'int'],
    ['quantity("1Gi").add(quantity("1")).isGreaterThan(quantity("2"))', 'bool'],
    ['semver("1.2.3").major() >= 1', 'bool'],
    ['ip("10.0.0.1").family() == 4 && ip.isCanonical("::1") && cidr("10.0.0.0/8").containsIP("10.1.1.1")', 'bool'],
    ['url("https://x/").getHost()', 'string'],
    ['authorizer.group("apps").resource("deployments").namespace("x").check("get").allowed()', 'bool'],
    ['format.dns1123Label().validate("x").hasValue()', 'bool'],
    ['"a,b".split(",").join("-").matches("^[a-z]-(?P<n>[[:alpha:]])$")', 'bool'],
    ['["a"].isSorted() && [1, 2].sum() == 3 && sets.contains([1], [1])', 'bool'],
    ['type(1) == int', 'bool'],
    ['"%s %d".format(["a", 1])', 'string'],
    ['[[1], []]', 'list(list(int))'],
    ['dyn(1) == "x"', 'bool'],
    ['// nothing\n 1', 'int'],
    ['--1', 'int'],
    ['!object.x && -1 < 0', 'bool'],
    ['object.l.slice(0, 2).sortBy(x, size(x))', 'list(bytes)'],
    ['object.l.map(x, x == 2 ? 1 / 0 : x)', 'list(dyn)'],
    ['[1] + object.l.filter(x, x > 1)', 'list(dyn)'],
    ['[[1], []].flatten()', 'list(int)'],
  ])('%s', (source, type) => {
    expect(typeOf(source)).toBe(type);
  });
});

describe('a mistake', () => {
  const at = (line: number, column: number, message: string, text: string): string => `ERROR: <input>:${line}:${column}: ${message}\n | ${text}\n | ${'.'.repeat(column - 1)}^`;
  it.each([
    ['foo == bar', [at(1, 1, "undeclared reference to 'foo' (in container '')", 'foo == bar'), at(1, 8, "undeclared reference to 'bar' (in container '')", 'foo == bar')].join('\n')],
    ['o.nope == 1', at(1, 2, "undefined field 'nope'", 'o.nope == 1')],
    ['1 + "a" == 2', at(1, 3, "found no matching overload for '_+_' applied to '(int, string)'", '1 + "a" == 2')],
    ['o.name == 5', at(1, 8, "found no matching overload for '_==_' applied to '(string, int)'", 'o.name == 5')],
    ['"x".shout()', at(1, 10, "undeclared reference to 'shout' (in container '')", '"x".shout()')],
    ['"x".reverse()', at(1, 12, "found no matching overload for 'reverse' applied to 'string.()'", '"x".reverse()')],
    ['authorizer.check("get")', at(1, 17, "found no matching overload for 'check' applied to 'kubernetes.authorization.Authorizer.(string)'", 'authorizer.check("get")')],
    ['object.l.all(x, y)', at(1, 17, "undeclared reference to 'y' (in container '')", 'object.l.all(x, y)')],
    ['object.l.all(1, true)', at(1, 14, 'argument must be a simple name', 'object.l.all(1, true)')],
    ['has(object)', at(1, 5, 'invalid argument to has() macro', 'has(object)')],
    ['[1, "a"]', at(1, 5, "expected type 'int' but found 'string'", '[1, "a"]')],
    ['(1).all(x, true)', at(1, 2, "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)", '(1).all(x, true)')],
    ['true &&\n  nope', at(2, 3, "undeclared reference to 'nope' (in container '')", '  nope')],
    ['object.x.matches("[")', at(1, 18, 'invalid matches argument', 'object.x.matches("[")')],
    ['"a".matches("(?=a)")', at(1, 13, 'invalid matches argument', '"a".matches("(?=a)")')],
    ['duration("1 hour")', at(1, 10, 'invalid duration argument', 'duration("1 hour")')],
    ['object.spec.x =', at(1, 15, "Syntax error: token recognition error at: '='", 'object.spec.x =')],
    ["'a' && true", at(1, 1, "expected type 'bool' but found 'string'", "'a' && true")],
    ['[object, 1]', at(1, 10, "expected type 'dyn' but found 'int'", '[object, 1]')],
    ['{1: 2, "a": 3}', at(1, 8, "expected type 'int' but found 'string'", '{1: 2, "a": 3}')],
    ['object.`a-b`', at(1, 8, "unsupported syntax: '`'", 'object.`a-b`')],
    ['object.', at(1, 8, "Syntax error: no viable alternative at input '.'", 'object.')],
    ['(true', at(1, 6, "Syntax error: missing ')' at '<EOF>'", '(true')],
    ['[1, 2', at(1, 6, "Syntax error: mismatched input '<EOF>' expecting {']', ','}", '[1, 2')],
    ['authorizer.nope', at(1, 11, "unexpected failed resolution of 'kubernetes.authorization.Authorizer'", 'authorizer.nope')],
    ["'é' + nope", "ERROR: <input>:1:7: undeclared reference to 'nope' (in container '')\n | 'é' + nope\n | .．....^"],
    ['1 2', at(1, 3, "Syntax error: extraneous input '2' expecting <EOF>", '1 2')],
    ['!-1', at(1, 1, "found no matching overload for '!_' applied to '(int)'", '!-1')],
    ['"%d".format(["a"])', at(1, 14, 'error during formatting: decimal clause can only be used on integers, was given string', '"%d".format(["a"])')],
    ['"%s %s".format([1])', at(1, 15, 'index 1 out of range', '"%s %s".format([1])')],
    ['"%s".format([1, 2])', at(1, 12, 'too many arguments supplied to string.format (expected 1, got 2)', '"%s".format([1, 2])')],
    ['timestamp(253402300800)', at(1, 11, 'invalid timestamp argument', 'timestamp(253402300800)')],
    ['[1, "a", true]', at(1, 5, "expected type 'int' but found 'string'", '[1, "a", true]')],
    ['9223372036854775808', at(1, 1, 'invalid int literal', '9223372036854775808')],
    ['package', [at(1, 1, 'reserved identifier: package', 'package')].join('\n')],
  ])('in %s is shown at its place', (source, text) => {
    expect(typeOf(source)).toBe(text);
  });

  it('reads on behind a token too many', () => {
    expect(typeOf('&& true')).toMatch(/^ERROR: <input>:1:1: Syntax error: extraneous input '&&' expecting \{'\[', /);
  });

  it('in nothing at all has no column', () => {
    expect(typeOf('')).toMatch(/^ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting .*IDENTIFIER\}$/);
  });

  it('names what may stand where nothing does', () => {
    expect(typeOf('object ==')).toMatch(/^ERROR: <input>:1:10: Syntax error: mismatched input '<EOF>' expecting \{'\[', /);
  });

  it('is nesting beyond what a parser takes', () => {
    expect(typeOf(`${'('.repeat(300)}1${')'.repeat(300)}`)).toBe('ERROR: <input>:-1:0: expression recursion limit exceeded: 250');
  });

  it('is cel.bind where it is not offered', () => {
    expect(typeOf('cel.bind(x, 1, x)')).toContain("undeclared reference to 'bind'");
    expect(typeString(compile('cel.bind(x, 1, x == 1)', { variables, hasBindings: true }).type)).toBe('bool');
  });
});
