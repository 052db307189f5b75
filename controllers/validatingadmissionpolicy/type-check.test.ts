import { describe, expect, it } from '@jest/globals';
import { declaredType } from '../../apimachinery/cel/schema-types.ts';
import { DYN } from '../../apimachinery/cel/types.ts';
import type { ValidatingAdmissionPolicySpec } from '../../apimachinery/types/admissionregistration.gen.ts';
import { populated } from './schemas.ts';
import { typeWarnings } from './type-check.ts';

const schemas = {
  Thing: { type: 'object', properties: { metadata: { allOf: [{ $ref: '#/components/schemas/Meta' }] }, spec: { $ref: '#/components/schemas/Spec' }, kind: { type: 'string' }, apiVersion: { type: 'string' } } },
  Meta: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' }, labels: { type: 'object', additionalProperties: { type: 'string' } } } },
  Spec: { type: 'object', properties: { size: { type: 'integer' }, port: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }, limit: { oneOf: [{ type: 'string' }, { type: 'number' }] }, inner: { $ref: '#/components/schemas/Spec' } } },
};
const Thing = declaredType(populated({ $ref: '#/components/schemas/Thing' }, schemas, new Set()), true, 'Thing1')?.type ?? DYN;
const thing = { kind: { group: 'g', version: 'v1', kind: 'Thing' }, type: Thing };
const warningsOf = (spec: Partial<ValidatingAdmissionPolicySpec>, kinds = [thing]): readonly object[] => typeWarnings(spec, kinds, undefined);
const firstLine = (expression: string): string | undefined => /: (.*)/.exec((warningsOf({ validations: [{ expression }] })[0] as { warning?: string } | undefined)?.warning ?? '')?.[1];

describe('what an expression would not find', () => {
  it.each([
    ['object.spec.size > 3 && object.spec.port == 3 && object.spec.port == "x" && object.metadata.labels.a == "b"', undefined],
    ['object.spec.siz > 3', "ERROR: <input>:1:12: undefined field 'siz'"],
    ['object.spec.size == "x"', "ERROR: <input>:1:18: found no matching overload for '_==_' applied to '(int, string)'"],
    ['object.spec.limit == 1', "ERROR: <input>:1:12: undefined field 'limit'"],
    ['object.spec.inner.size == 1', "ERROR: <input>:1:18: undefined field 'size'"],
    ['object.spec == oldObject.metadata', "ERROR: <input>:1:13: found no matching overload for '_==_' applied to '(Thing1.spec, Thing1.metadata)'"],
    ['params.x == 1', "ERROR: <input>:1:1: undeclared reference to 'params' (in container '')"],
  ])('%s: %s', (expression, want) => {
    expect(firstLine(expression)).toBe(want);
  });

  it('is told of each kind, with the place of the expression', () => {
    const other = { kind: { group: '', version: 'v1', kind: 'Other' }, type: Thing };
    expect(warningsOf({ validations: [{ expression: 'true', messageExpression: 'object.foo' }] }, [other, thing])).toEqual([
      { fieldRef: 'spec.validations[0].messageExpression', warning: "/v1, Kind=Other: ERROR: <input>:1:7: undefined field 'foo'\n | object.foo\n | ......^\n\ng/v1, Kind=Thing: ERROR: <input>:1:7: undefined field 'foo'\n | object.foo\n | ......^\n" },
    ]);
  });

  it('is known of variables, but not below an object that one holds', () => {
    const variables = [{ name: 'size', expression: 'object.spec.size' }, { name: 'spec', expression: 'object.spec' }, { name: 'wrong', expression: 'object.foo' }];
    const validations = ['variables.size == "x"', 'variables.spec.foo == 1', 'variables.wrong == 1'].map((expression) => ({ expression }));
    expect(warningsOf({ variables, validations })).toMatchObject([{ fieldRef: 'spec.validations[0].expression' }]);
  });
});
