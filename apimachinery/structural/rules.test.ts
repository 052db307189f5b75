import { describe, expect, it } from '@jest/globals';
import type { Schema } from '../cel/schema-types.ts';
import { Path } from '../validation/field.ts';
import { Correlated } from './correlation.ts';
import { BUDGET, RuleValidator, type Judgement } from './rules.ts';

const SPEC: Schema = {
  type: 'object',
  properties: {
    n: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self < 10' }, { rule: 'self != 5', message: ' five is out ' }] },
    grow: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] },
    start: { type: 'string', 'x-kubernetes-validations': [{ rule: 'oldSelf.hasValue() || self == "new"', optionalOldSelf: true, message: 'must start as new' }] },
    told: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 0', messageExpression: '"is " + string(self)', reason: 'FieldValueForbidden' }] },
    silent: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 0', messageExpression: '""', reason: 'FieldValueDuplicate' }] },
    o: { type: 'object', properties: { x: { type: 'integer' }, m: { type: 'object', additionalProperties: { type: 'string' } } }, 'x-kubernetes-validations': [{ rule: 'self.x < 3', fieldPath: '.m["a"]' }, { rule: 'self.x < 2', fieldPath: '.x', reason: 'FieldValueRequired' }] },
    l: { type: 'array', items: { type: 'object', properties: { k: { type: 'string' }, v: { type: 'integer' } }, 'x-kubernetes-validations': [{ rule: 'self.v > 0' }, { rule: 'self.v >= oldSelf.v' }] }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
    m: { type: 'object', additionalProperties: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self > 0' }] } },
    zero: { type: 'integer', 'x-kubernetes-validations': [{ rule: '1 / self == 1' }] },
    any: { 'x-kubernetes-int-or-string': true, 'x-kubernetes-validations': [{ rule: 'self + 1 == 2' }] },
    long: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, self.all(c, a + b + c >= 0)))' }] },
  },
  allOf: [{ properties: { n: { 'x-kubernetes-validations': [{ rule: 'self != 7' }] } } }],
};
const ROOT: Schema = { type: 'object', properties: { spec: SPEC }, 'x-kubernetes-validations': [{ rule: 'self.metadata.name != "no"' }] };

function judge(spec: unknown, old?: unknown, name = 'a'): Judgement {
  const judgement: Judgement = { errors: [], warnings: [], budget: BUDGET };
  const of = (value: unknown): unknown => ({ apiVersion: 'a/v1', kind: 'A', metadata: { name }, spec: value });
  const before = old === undefined ? undefined : of(old);
  RuleValidator.of(ROOT)?.validate({ path: Path.of(), value: of(spec), old: before, correlated: old === undefined ? undefined : new Correlated(of(spec), before, ROOT) }, judgement);
  return judgement;
}
const told = (spec: unknown, old?: unknown): string[] => judge(spec, old).errors.map(({ field, message }) => `${field}: ${message}`);

describe('a rule', () => {
  it.each([
    ['shows a plain value', { n: 12 }, ['spec.n: Invalid value: 12: failed rule: self < 10']],
    ['has a message', { n: 5 }, ['spec.n: Invalid value: 5: five is out']],
    ['may stand in allOf', { n: 7 }, ['spec.n: Invalid value: 7: failed rule: self != 7']],
    ['has a message that is found out, and a reason', { told: -1 }, ['spec.told: Forbidden: is -1']],
    ['has its own text where the message says nothing', { silent: 0 }, ['spec.silent: Duplicate value: 0']],
    ['names a field, and shows no objects', { o: { x: 2 } }, ['spec.o.x: Required value: failed rule: self.x < 2']],
    ['is about items', { l: [{ k: 'a', v: 1 }, { k: 'b', v: 0 }] }, ['spec.l[1]: Invalid value: failed rule: self.v > 0']],
    ['is about values of a map', { m: { 'a.b': 0 } }, ['spec.m[a.b]: Invalid value: 0: failed rule: self > 0']],
    ['may fail', { zero: 0 }, ['spec.zero: Invalid value: "integer": division by zero evaluating rule: 1 / self == 1']],
    ['may be given what it does not take', { any: 'x' }, [`spec.any: Invalid value: "": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self + 1 == 2`]],
    ['about what was before is not asked of what is new', { grow: 1 }, []],
    ['may say what is new', { start: 'old' }, ['spec.start: Invalid value: "old": must start as new']],
  ])('%s', (_, spec, errors) => {
    expect(told(spec)).toEqual(errors);
  });

  it('sees the name of the resource', () => {
    expect(judge({}, undefined, 'no').errors).toEqual([{ type: 'FieldValueInvalid', field: '<nil>', message: 'Invalid value: failed rule: self.metadata.name != "no"' }]);
  });

  it('sees what was before', () => {
    expect(told({ grow: 1 }, { grow: 2 })).toEqual(['spec.grow: Invalid value: 1: failed rule: self >= oldSelf']);
    expect(told({ start: 'old' }, { start: 'new' })).toEqual([]);
  });

  it('finds items of before by their keys', () => {
    expect(told({ l: [{ k: 'b', v: 2 }, { k: 'a', v: 1 }] }, { l: [{ k: 'a', v: 3 }, { k: 'b', v: 2 }] })).toEqual(['spec.l[1]: Invalid value: failed rule: self.v >= oldSelf.v']);
  });

  it('only warns of what has not changed', () => {
    const { errors, warnings } = judge({ n: 12, m: { a: 1 } }, { n: 12, m: { a: 2 } });
    expect([errors, warnings]).toEqual([[], ['spec.n: Invalid value: 12: failed rule: self < 10']]);
  });

  it('refuses what has changed though it was wrong before', () => {
    expect(told({ n: 13 }, { n: 12 })).toEqual(['spec.n: Invalid value: 13: failed rule: self < 10']);
  });

  it('that costs too much ends the rest', () => {
    const long = Array.from({ length: 100 }, () => 1);
    expect(told({ long, zero: 0 })).toEqual([`spec.long: Invalid value: "array": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: self.all(a, self.all(b, self.all(c, a + b + c >= 0)))`]);
  });
});

describe('a schema without rules', () => {
  it('has no validator', () => {
    expect(RuleValidator.of({ type: 'object', properties: { a: { type: 'string' } } })).toBeUndefined();
  });
});
