import { describe, expect, it } from '@jest/globals';
import { blanked, budgetProblems, functionsOf } from './sizes.ts';

describe('sizes', () => {
  it('measures functions, methods and arrows, nested ones included', () => {
    const text = 'export function a(x: number): number {\n  return x;\n}\nclass C {\n  async m(): Promise<void> {\n    const f = () => {\n      go();\n    };\n  }\n}\n';
    expect(functionsOf(text, 'f.ts').map((f) => [f.name.split(' ')[1], f.lines])).toEqual([
      ['a', 3],
      ['m', 5],
      ['arrow', 3],
    ]);
  });

  it('ignores braces in strings, templates, comments and regular expressions', () => {
    expect(blanked("const a = '{'; // {\nconst b = `{${'x'}`; const c = /[{]/;")).not.toContain('{');
  });

  it('does not take a control statement for a function', () => {
    expect(functionsOf('if (a) {\n}\nfor (const x of y) {\n}\n', 'f.ts')).toEqual([]);
  });

  it('tells what is over the cap, the median and the 90th percentile', () => {
    const sized = [1, 2, 3, 50, 90].map((lines) => ({ name: `f${lines}`, lines }));
    expect(budgetProblems('function', sized, { median: 2, p90: 30, cap: 80 })).toEqual([
      'f90: 90 lines, the cap of a function is 80',
      'the median function has 3 lines, at most 2 are allowed',
      'the 90th percentile of a function is 90 lines, at most 30 are allowed',
    ]);
  });
});
