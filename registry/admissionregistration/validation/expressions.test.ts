import { describe, expect, it } from '@jest/globals';
import type { Variable } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { Path, type FieldError } from '../../../apimachinery/validation/field.ts';
import { selectorErrors } from '../../resource/validation/device-selector.ts';
import { CONDITIONAL, expressionErrors, TEXT_OR_NULL, variableTypes } from './expressions.ts';

const AT = Path.of('spec', 'e');
const anything = { hasParams: true, hasAuthorizer: true };
/** The first line of the first mistake, behind the value. */
const detailOf = (errors: readonly FieldError[]): string | undefined => /^Invalid value: "(?:[^"\\]|\\.)*": (.*)/.exec(errors[0]?.message ?? '')?.[1] ?? errors[0]?.message;
const variables = (...pairs: readonly (readonly [string, string])[]): ReturnType<typeof variableTypes> =>
  variableTypes(pairs.map(([name, expression]): Variable => ({ name, expression })), false, (i) => AT.index(i));

describe('an expression of a policy', () => {
  it.each([
    ['object.spec.replicas > params.max && request.operation == "CREATE"', undefined],
    ['namespaceObject.metadata.labels["a"] == "b" && authorizer.requestResource.check("x").allowed()', undefined],
    ['object.spec.ok', 'must evaluate to bool but got dyn'],
    ['1', 'must evaluate to bool but got int'],
    ['namespaceObject.metadata.uid == ""', "compilation failed: ERROR: <input>:1:25: undefined field 'uid'"],
    ['variables.x', "compilation failed: ERROR: <input>:1:1: undeclared reference to 'variables' (in container '')"],
  ])('%s: %s', (expression, detail) => {
    expect(detailOf(expressionErrors(expression, CONDITIONAL, anything, AT))).toBe(detail);
  });

  it('names parameters and the authorizer only where they are', () => {
    expect(detailOf(expressionErrors('params.x == 1', CONDITIONAL, { ...anything, hasParams: false }, AT))).toContain("undeclared reference to 'params'");
    expect(detailOf(expressionErrors('authorizer.path("/").check("get").allowed()', CONDITIONAL, { ...anything, hasAuthorizer: false }, AT))).toContain("undeclared reference to 'authorizer'");
  });

  it('may be of several types', () => {
    expect(expressionErrors('null', TEXT_OR_NULL, anything, AT)).toEqual([]);
    expect(detailOf(expressionErrors('true', TEXT_OR_NULL, anything, AT))).toBe('must evaluate to one of [string null_type] but got bool');
  });

  it('knows the types of variables, of which each sees those before it', () => {
    const { types, errors } = variables(['a', '1'], ['b', 'variables.a == "x"'], ['c', 'variables.d'], ['d', 'variables.a + 1']);
    expect([...errors.keys()]).toEqual([1, 2]);
    expect(detailOf(expressionErrors('variables.d == 2 && variables.b', CONDITIONAL, { ...anything, variables: types }, AT))).toBeUndefined();
    expect(detailOf(expressionErrors('variables.b', CONDITIONAL, { ...anything, variables: types }, AT))).toBe('must evaluate to bool but got dyn');
  });
});

describe('a selector of devices', () => {
  it.each([
    ['device.driver == "a" && device.attributes["d"].model == "x"', undefined],
    ['device.attributes["d"].isFast', undefined],
    ['cel.bind(d, device.capacity["d"], d.memory.isGreaterThan(quantity("1Gi")))', undefined],
    ['"text"', 'must evaluate to bool or the unknown type, not string'],
    ['device.name == "x"', "compilation failed: ERROR: <input>:1:7: undefined field 'name'"],
    ['object.x', "compilation failed: ERROR: <input>:1:1: undeclared reference to 'object' (in container '')"],
  ])('%s: %s', (expression, detail) => {
    expect(detailOf(selectorErrors(expression, AT))).toBe(detail);
  });
});
