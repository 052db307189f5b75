import { describe, expect, it } from '@jest/globals';
import { Path } from '../../../apimachinery/validation/field.ts';
import { expressionErrors } from './expressions.ts';
import type { Schema } from './schema-walk.ts';

const AT = Path.of('schema');
const told = (schema: Schema, mayBeCostly = false): string[] => expressionErrors(schema, AT, [], mayBeCostly).map(({ field, message }) => `${field}: ${message}`);
const inSpec = (properties: Schema['properties'], rule: string, more: object = {}): Schema => ({ type: 'object', properties: { spec: { type: 'object', properties: properties ?? {}, 'x-kubernetes-validations': [{ rule, ...more }] } } });
const RULE = 'schema.properties[spec].x-kubernetes-validations[0]';
const shown = (rule: string, more = ''): string => `Invalid value: {"Rule":"${rule}","Message":"","MessageExpression":"${more}","Reason":null,"FieldPath":"","OptionalOldSelf":null}`;
const QUADRATIC = 'self.l.all(a, self.l.all(b, a == b))';
const ADVICE = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

describe('the expression of a rule', () => {
  it.each([
    ['a rule that is right', inSpec({ a: { type: 'integer' } }, 'self.a == 1 && self.a != 2'), []],
    ['a field that is not there', inSpec({}, 'self.b'), [`${RULE}.rule: ${shown('self.b')}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b\n | ....^`]],
    ['what is no bool', inSpec({}, '1'), [`${RULE}.rule: ${shown('1')}: cel expression must evaluate to a bool`]],
    ['a constant that does not convert', inSpec({}, `int('x') == 1`), [`${RULE}.rule: ${shown(`int('x') == 1`)}: program instantiation failed: type conversion error from 'string' to 'int'`]],
    ['a message that is no text', inSpec({}, 'true', { messageExpression: '1' }), [`${RULE}.messageExpression: ${shown('true', '1')}: messageExpression must evaluate to a string`]],
    ['an optional oldSelf that is not used', inSpec({}, 'true', { optionalOldSelf: true }), [`${RULE}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`]],
    ['a type that expressions do not see', { type: 'object', properties: { a: { 'x-kubernetes-validations': [{ rule: 'true' }] } } }, ['schema.properties[a].x-kubernetes-validations: Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations']],
    ['oldSelf in a list whose items are not matched', { type: 'object', properties: { l: { type: 'array', maxItems: 2, items: { type: 'integer', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] } } } }, ['schema.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[l]']],
  ] as const)('%s', (_, schema, errors) => {
    expect(told(schema)).toEqual(errors);
  });

  it('may cost only so much', () => {
    expect(told(inSpec({ l: { type: 'array', maxItems: 5000, items: { type: 'integer' } } }, QUADRATIC))).toEqual([
      `${RULE}.rule: Forbidden: estimated rule cost exceeds budget by factor of 12.5x ${ADVICE}`,
      `${RULE}.rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`,
      `schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of 1.250300x ${ADVICE}`,
    ]);
    expect(told(inSpec({ l: { type: 'array', maxItems: 100, items: { type: 'integer' } } }, QUADRATIC))).toEqual([]);
  });

  it('may cost more where that was so before', () => {
    expect(told(inSpec({ l: { type: 'array', maxItems: 1700, items: { type: 'integer' } } }, QUADRATIC), true)).toEqual([]);
  });

  it('is not looked at where the schema is wrong', () => {
    expect(expressionErrors(inSpec({}, 'self.b'), AT, [{ type: 'FieldValueInvalid', field: 'schema.properties[spec].type', message: '' }], false)).toEqual([]);
  });
});
