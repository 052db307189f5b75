import { describe, expect, it } from '@jest/globals';
import { listOptions } from './list-options.ts';

const of = (query: string): ReturnType<typeof listOptions> => listOptions(new URLSearchParams(query), false);

describe('listOptions', () => {
  it('asks for the state first when a watch names no revision', () => {
    expect(of('watch=1')).toMatchObject({ watch: true, sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' });
    expect(of('watch=1&resourceVersion=5').sendInitialEvents).toBeUndefined();
    expect(of('watch=1&resourceVersion=0&sendInitialEvents=false&resourceVersionMatch=NotOlderThan').sendInitialEvents).toBe(false);
  });

  it('takes the deprecated watch path for a watch without asking for more', () => {
    expect(listOptions(new URLSearchParams(''), true)).toMatchObject({ watch: true, sendInitialEvents: undefined });
  });

  const refused: readonly (readonly [query: string, want: string])[] = [
    ['resourceVersionMatch=Exact', 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'],
    ['resourceVersion=0&resourceVersionMatch=Exact', 'resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    ['resourceVersion=5&resourceVersionMatch=Sometimes', 'resourceVersionMatch: Unsupported value: "Sometimes": supported values: "Exact", "NotOlderThan", ""'],
    ['resourceVersion=5&resourceVersionMatch=Exact&continue=x', 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is provided'],
    ['sendInitialEvents=true', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    ['watch=1&resourceVersion=5&resourceVersionMatch=NotOlderThan', 'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'],
    ['watch=1&sendInitialEvents=true', 'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    ['limit=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['fieldSelector=a', "invalid selector: 'a'; can't understand 'a'"],
  ];
  it.each(refused)('refuses %s', (query, want) => {
    expect(() => of(query)).toThrow(want);
  });
});
