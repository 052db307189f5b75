import { describe, expect, it } from '@jest/globals';
import { EVERYTHING, formatLabelSelector, labelSelectorAsSelector, NOTHING, parseLabelSelector, selectorFromSet } from './selector.ts';

const labels = { a: 'b', app: '1', tier: '' };

describe('parseLabelSelector', () => {
  it.each([
    ['a=b', 'a=b', true],
    ['a==b,!d', 'a==b,!d', true],
    ['a in (x, b) , !d', 'a in (b,x),!d', true],
    ['z,a', 'a,z', false],
    ['a notin (b,,c)', 'a notin (,b,c)', false],
    ['tier=', 'tier=', true],
    ['tier in ()', 'tier in ()', true],
    ['app>0', 'app>0', true],
    ['app<1', 'app<1', false],
    ['in in (in)', 'in in (in)', false],
    ['', '', true],
  ])('reads %j as %j', (text, want, matches) => {
    const selector = parseLabelSelector(text);
    expect(selector.toString()).toBe(want);
    expect(selector.matches(labels)).toBe(matches);
  });

  it.each([
    ['a in (', "unable to parse requirement: found '', expected: ',', ')' or identifier"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['app>x', "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer"],
    ['a=_', 'unable to parse requirement: values[0][a]: Invalid value: "_": a valid label must be an empty string or consist of'],
    ['_=b', 'unable to parse requirement: <nil>: Invalid value: "_": name part must consist of'],
  ])('refuses %j in upstream’s words', (text, want) => {
    expect(() => parseLabelSelector(text)).toThrow(want);
  });
});

describe('selectors of objects', () => {
  it('matches nothing when absent and everything when empty', () => {
    expect(labelSelectorAsSelector(undefined)).toBe(NOTHING);
    expect(NOTHING.matches({})).toBe(false);
    expect(labelSelectorAsSelector({})).toBe(EVERYTHING);
    expect(selectorFromSet(undefined).matches(undefined)).toBe(true);
  });

  it('joins matchLabels and matchExpressions', () => {
    const selector = labelSelectorAsSelector({
      matchLabels: { a: 'b' },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['1', '2'] }],
    });
    expect(selector.matches(labels)).toBe(true);
    expect(selector.matches({ a: 'b' })).toBe(false);
    expect(selector.toString()).toBe('a=b,app in (1,2)');
    expect(selector.requiresExactMatch('a')).toBe('b');
  });

  it('refuses an unknown operator and prints it as an error in tables', () => {
    const wrong = { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] };
    expect(() => labelSelectorAsSelector(wrong)).toThrow('"Gt" is not a valid label selector operator');
    expect(formatLabelSelector(wrong)).toBe('<error>');
    expect(formatLabelSelector({})).toBe('<none>');
  });

  it('does not read labels from the prototype', () => {
    expect(parseLabelSelector('toString').matches({})).toBe(false);
  });
});
