import { describe, expect, it } from '@jest/globals';
import { focusOf, namesIn, parseOptions } from './options.ts';

describe('the conformance options', () => {
  it('turns names into an expression that takes them to the letter', () => {
    const focus = new RegExp(focusOf(['[sig-apps] Job (x) runs', 'b.c']));
    expect(focus.test('Kubernetes e2e suite [sig-apps] Job (x) runs [sig-apps, Conformance]')).toBe(true);
    expect(focus.test('s Job (x) runs')).toBe(false);
    expect(focus.test('bxc')).toBe(false);
  });

  it('passes over comments and blank lines of a list', () => {
    expect(namesIn('# green\n\na\n b \n')).toEqual(['a', 'b']);
  });

  it.each([
    { name: 'no binary', argv: [], want: '--e2e-binary is required' },
    { name: 'names and focus together', argv: ['--e2e-binary=e', '--names=f', '--focus=x'], want: '--names and --focus exclude each other' },
    { name: 'several processes without ginkgo', argv: ['--e2e-binary=e', '--procs=2'], want: '--procs above 1 needs --ginkgo-binary' },
    { name: 'an unknown flag', argv: ['--focsu=x'], want: 'unknown flag: --focsu' },
  ])('refuses $name', ({ argv, want }) => {
    expect(() => parseOptions(argv, () => 'a')).toThrow(want);
  });
});
