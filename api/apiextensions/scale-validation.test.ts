import { describe, expect, it } from '@jest/globals';
import { scaleSpecErrors, scaleStatusErrors } from './scale-validation.ts';

const SCALE = { specReplicasPath: '.spec.n', statusReplicasPath: '.status.n', labelSelectorPath: '.status.sel' };
const shown = (obj: Record<string, unknown>): string[] => [...scaleSpecErrors(SCALE, obj), ...scaleStatusErrors(SCALE, obj)].map(({ field, message }) => `${field}: ${message}`);

describe('what a scale reads of a custom resource', () => {
  it('may be missing, or right', () => {
    expect(shown({})).toEqual([]);
    expect(shown({ spec: null })).toEqual([]);
    expect(shown({ spec: { n: 3 }, status: { n: 0, sel: 'a=b' } })).toEqual([]);
  });

  it.each<[name: string, obj: Record<string, unknown>, want: string[]]>([
    ['of another type', { spec: { n: 'x' } }, ['.spec.n: Invalid value: 0: .spec.n accessor error: x is of the type string, expected int64']],
    ['below what is no object', { spec: { n: 1 }, status: [1, 2] }, ['.status.n: Invalid value: 0: .status.n accessor error: [1 2] is of the type []interface {}, expected map[string]interface{}', '.status.sel: Invalid value: "": .status.sel accessor error: [1 2] is of the type []interface {}, expected map[string]interface{}']],
    ['below zero', { spec: { n: -1 } }, ['.spec.n: Invalid value: -1: should be a non-negative integer']],
    ['beyond 32 bits', { status: { n: 2147483648 } }, ['.status.n: Invalid value: 2147483648: should be less than or equal to 2147483647']],
    ['null', { status: { sel: null } }, ['.status.sel: Invalid value: "": .status.sel accessor error: <nil> is of the type <nil>, expected string']],
  ])('is refused %s', (_, obj, want) => {
    expect(shown(obj)).toEqual(want);
  });
});
